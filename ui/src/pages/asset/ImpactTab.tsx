import { useImpact } from "../../api/queries";
import { ImpactByLocation } from "../../components/ImpactByLocation";
import { Loaded } from "../../components/States";

/** Who would be reached by a change of it. */
export function ImpactTab({ assetKey }: { assetKey: string }) {
  const impact = useImpact(assetKey);
  return (
    <Loaded query={impact} lines={8}>
      {(data) => <ImpactByLocation impact={data} what={assetKey} />}
    </Loaded>
  );
}
