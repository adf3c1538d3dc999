import { Link } from "wouter";
import type { Overview } from "../../api/types";
import { Badge } from "../../components/Badge";
import { LocationTag } from "../../components/LocationTag";
import { Panel } from "../../components/Panel";
import { StatusTag } from "../../components/StatusTag";
import { Time } from "../../components/Time";
import { formatCount, formatNoun } from "../../format/number";
import { paths } from "../../paths";
import { StatusBar } from "./StatusBar";
import css from "./Teams.module.css";

type Team = Overview["teams"][number];

/** A row for each code location: whose it is, whether its code loads, how its assets stand. */
export function Teams({ teams }: { teams: readonly Team[] }) {
  const assets = teams.reduce((sum, team) => sum + team.assets, 0);
  return (
    <Panel
      title="Teams"
      actions={
        <span className={css.quiet}>
          {formatNoun(assets, "asset")} in {formatNoun(teams.length, "code location")}
        </span>
      }
      flush
    >
      <ul>
        {teams.map((team) => (
          <Row key={team.location} team={team} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ team }: { team: Team }) {
  return (
    <li className={css.row}>
      <div className={css.who}>
        <span className={css.name}>
          <LocationTag name={team.location} />
        </span>
        <span className={css.owners} title={team.owners.join(", ")}>
          {team.owners.join(", ") || "no owner named"}
        </span>
      </div>
      <div className={css.health}>
        <StatusTag status={team.health} look="plain" />
        {team.health === "stale" && <span className={css.quiet}>the last good code serves</span>}
      </div>
      <StatusBar counts={team.by_status} location={team.location} />
      <div className={css.last}>
        <span className={css.when}>
          <span className={css.quiet}>last made </span>
          <Time at={team.last_materialized_at} />
        </span>
        {team.stale > 0 ? (
          <Link href={paths.catalog({ location: team.location, stale: "true" })}>
            <Badge tone="warn">{formatCount(team.stale)} stale</Badge>
          </Link>
        ) : (
          <span className={css.quiet}>none stale</span>
        )}
      </div>
    </li>
  );
}
