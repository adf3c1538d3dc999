import { FolderClosed, FolderOpen } from "lucide-react";
import { Button } from "../../components/Button";
import { LocationTag } from "../../components/LocationTag";
import { formatNoun } from "../../format/number";
import { selectFrame } from "../../format/selection";
import { emptyTally } from "../../graph/standing";
import { Materialize } from "./Materialize";
import css from "./parts.module.css";
import type { SideProps } from "./SidePanel";
import { TallyList } from "./TallyList";

/** A code location or a group. */
export function OfFrame({ scene, standing, address, onToggle, item }: SideProps & { item: number }) {
  const frame = scene.frames[item - scene.boxes];
  if (!frame) return null;
  const location = scene.locations[scene.locationOf[item] ?? -1] ?? "";
  const isGroup = frame.kind === "group";
  const show = () => {
    address.setAt("");
    if (isGroup) address.setGroup(frame.name);
    address.setLocation(location, { push: true });
  };
  return (
    <>
      <div className={css.head}>
        <h2 className={css.name}>{frame.name}</h2>
        <p className={css.line}>
          {isGroup ? (
            <>
              Group of <LocationTag name={location} look="filled" />
            </>
          ) : (
            <LocationTag name={location} look="filled" />
          )}
          {formatNoun(frame.assets, "asset")}
        </p>
      </div>
      <div className={css.actions}>
        <Materialize selection={selectFrame(location, isGroup ? frame.name : undefined)} label="Materialize" />
        <Button icon={frame.open ? FolderClosed : FolderOpen} onClick={() => onToggle(frame.path)}>
          {frame.open ? "Close" : "Open"}
        </Button>
        <Button onClick={show}>Show only this</Button>
      </div>
      <section className={css.section}>
        <h3>How its assets stand</h3>
        <TallyList tally={standing.tallies.get(frame.path) ?? emptyTally()} address={address} />
      </section>
    </>
  );
}
