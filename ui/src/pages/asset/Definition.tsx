import { Link } from "wouter";
import type { Asset } from "../../api/types";
import { Badge } from "../../components/Badge";
import { CopyButton } from "../../components/CopyButton";
import { Facts } from "../../components/Facts";
import { LocationTag } from "../../components/LocationTag";
import { paths } from "../../paths";
import css from "./asset.module.css";
import { KeyList } from "./KeyList";

/** What its code says of it. */
export function Definition({ asset }: { asset: Asset }) {
  const { location, group, source, code_version, io_manager, also_in, deps, consumers } = asset;
  const place = source ? `${source.file}:${source.line}` : "";
  const tags = Object.entries(asset.tags);
  return (
    <Facts
      of={[
        location ? ["Code location", <LocationTag key="l" name={location} />] : null,
        group
          ? [
              "Group",
              <Link key="g" href={paths.catalog({ location, group })}>
                {group}
              </Link>,
            ]
          : null,
        ["Owners", asset.owners.length > 0 ? <Words key="o" of={asset.owners} /> : <None key="o" />],
        asset.kinds.length > 0 ? ["Kinds", <Words key="k" of={asset.kinds} />] : null,
        tags.length > 0
          ? ["Tags", <Words key="t" of={tags.map(([name, value]) => (value ? `${name}=${value}` : name))} />]
          : null,
        [
          "Made from",
          deps.length > 0 ? <KeyList key="d" of={deps} home={location} /> : <None key="d" word="nothing" />,
        ],
        [
          "Used by",
          consumers.length > 0 ? (
            <KeyList key="c" of={consumers} home={location} />
          ) : (
            <None key="c" word="nobody yet" />
          ),
        ],
        source
          ? [
              "Source",
              <span key="s" className={css.source}>
                <code title={place}>{shortPlace(place)}</code>
                <CopyButton text={place} label="Copy the place" />
              </span>,
            ]
          : null,
        io_manager ? ["I/O manager", <code key="i">{io_manager}</code>] : null,
        code_version ? ["Code version", <code key="v">{code_version}</code>] : null,
        also_in.length > 0 ? ["Also in", also_in.map((name) => <LocationTag key={name} name={name} />)] : null,
      ]}
    />
  );
}

/** The last parts of a long path: the file is what matters. */
function shortPlace(place: string): string {
  const parts = place.split("/");
  return parts.length > 4 ? `…/${parts.slice(-3).join("/")}` : place;
}

function Words({ of }: { of: readonly string[] }) {
  return (
    <span className={css.words}>
      {of.map((word) => (
        <Badge key={word}>{word}</Badge>
      ))}
    </span>
  );
}

function None({ word = "–" }: { word?: string }) {
  return <span className={css.quiet}>{word}</span>;
}
