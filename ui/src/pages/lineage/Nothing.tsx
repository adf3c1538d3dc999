import { Workflow } from "lucide-react";
import { Button } from "../../components/Button";
import { Code } from "../../components/Code";
import { EmptyState } from "../../components/States";
import { selectBy } from "../../format/selection";
import type { Assets } from "../../graph/standing";
import { type Unknown, unknownIn } from "./unknown";
import type { Address } from "./use_address";

/** The server did not take the selection. */
export function Refused({ address }: { address: Address }) {
  return (
    <EmptyState icon={Workflow} title="This selection cannot be shown" action={<ShowAll address={address} />}>
      What is wrong with it stands above.
    </EmptyState>
  );
}

function ShowAll({ address }: { address: Address }) {
  const clear = () => {
    for (const set of [address.setSelect, address.setLocation, address.setGroup, address.setKind]) set("");
  };
  return <Button onClick={clear}>Show everything</Button>;
}

type Props = { address: Address; select: string; assets: Assets };

/** The picture is empty: why, and what to do. */
export function Nothing({ address, select, assets }: Props) {
  if (assets.size > 0) {
    const unknown = unknownIn(select, assets.values());
    return (
      <EmptyState icon={Workflow} title="No asset is in this selection" action={<ShowAll address={address} />}>
        {unknown.length === 0 && <p>The selection is right, but nothing fits it.</p>}
        {unknown.map((one) => (
          <Hint key={one.term} unknown={one} address={address} />
        ))}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Workflow} title="There are no assets yet">
      <p>Add a repository to the workspace, or write the first asset:</p>
      <Code text={"import dagster as dg\n\n@dg.asset\ndef hello():\n    return 1"} />
    </EmptyState>
  );
}

/** What is the name of nothing; a click takes what is near it instead. */
function Hint({ unknown: { what, name, term, nearest }, address }: { unknown: Unknown; address: Address }) {
  const mend = (near: string) => {
    const { select, location, group, kind } = address;
    const inSelection = select.includes(term);
    if (inSelection) return address.setSelect(select.replace(term, selectBy(term, near)), { push: true });
    if (group === name) address.setGroup(near, { push: true });
    else if (kind === name) address.setKind(near, { push: true });
    else if (location === name) address.setLocation(near, { push: true });
  };
  return (
    <p>
      There is no {what} “{name}”.
      {nearest !== null && (
        <>
          {" "}
          Did you mean <Button onClick={() => mend(nearest)}>{nearest}</Button>?
        </>
      )}
    </p>
  );
}
