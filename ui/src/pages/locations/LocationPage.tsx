import { Link } from "wouter";
import { useLocation, useLocationImpact } from "../../api/queries";
import type { LocationDetail } from "../../api/types";
import { Page } from "../../app/Page";
import { FailureNote } from "../../components/FailureNote";
import { ImpactByLocation } from "../../components/ImpactByLocation";
import { Panel } from "../../components/Panel";
import { Loaded } from "../../components/States";
import { StatusTag } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatNoun } from "../../format/number";
import { paths } from "../../paths";
import { MaterializeButton } from "../../plan";
import { Environment, LoadedCode } from "./Environment";
import css from "./locations.module.css";
import { ProblemList } from "./ProblemList";
import { failureOf, problemOf } from "./problem";
import { ReloadButton } from "./ReloadButton";

export function LocationPage({ id: name }: { id: string }) {
  const location = useLocation(name);
  return (
    <Page
      title={name}
      crumbs={<Link href={paths.locations()}>Code locations</Link>}
      tags={location.data && <StatusTag status={location.data.health} />}
      subtitle={location.data && <Subtitle location={location.data} />}
      actions={
        location.data && (
          <>
            <ReloadButton name={name} />
            {(location.data.assets ?? 0) > 0 && <MaterializeButton location={name} label="Materialize this location" />}
          </>
        )
      }
    >
      <Loaded query={location} lines={10}>
        {(data) => <Content location={data} />}
      </Loaded>
    </Page>
  );
}

function Subtitle({ location: { name, assets, loaded_at } }: { location: LocationDetail }) {
  return (
    <>
      {assets !== null && <Link href={paths.catalog({ location: name })}>{formatNoun(assets, "asset")}</Link>}
      {loaded_at && (
        <>
          {assets === null ? "loaded " : " · loaded "}
          <Time at={loaded_at} />
        </>
      )}
    </>
  );
}

function Content({ location }: { location: LocationDetail }) {
  const serves = location.health === "stale";
  const problems = location.problems.map(problemOf);
  return (
    <>
      {location.error && (
        <FailureNote
          failure={failureOf(location.error)}
          tone={serves ? "warn" : "bad"}
          title={
            serves
              ? "The newest code does not load; the last good version serves"
              : "The code does not load; its assets cannot be made"
          }
        />
      )}
      <div className={css.columns}>
        <Panel title="Environment">
          <Environment location={location} />
        </Panel>
        <Panel title="Code">
          <LoadedCode location={location} />
        </Panel>
      </div>
      {problems.length > 0 && (
        <Panel title="Problems" actions={<span className={css.quiet}>{problems.length}</span>} flush>
          <ProblemList problems={problems} />
        </Panel>
      )}
      <Impact name={location.name} />
    </>
  );
}

function Impact({ name }: { name: string }) {
  const impact = useLocationImpact(name);
  return (
    <section className={css.stack} aria-label="Impact">
      <h2>Who depends on it</h2>
      <Loaded query={impact} lines={4}>
        {(data) => <ImpactByLocation impact={data} what={name} />}
      </Loaded>
    </section>
  );
}
