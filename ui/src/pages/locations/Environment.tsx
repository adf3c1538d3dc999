import type { LocationDetail } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Facts } from "../../components/Facts";
import css from "./locations.module.css";

/** What runs its code: the interpreter and why this one, the names it is given. */
export function Environment({ location }: { location: LocationDetail }) {
  const { python, interpreter, interpreter_why, env_file_sets, code_reads, import_paths } = location;
  return (
    <Facts
      of={[
        [
          "Python",
          python ? `${python.implementation === "cpython" ? "CPython" : python.implementation} ${python.version}` : "–",
        ],
        [
          "Interpreter",
          interpreter ? (
            <span key="i">
              <code>{interpreter}</code>
              {interpreter_why && <span className={css.why}>because of {interpreter_why}</span>}
            </span>
          ) : (
            "–"
          ),
        ],
        ["Working directory", <code key="w">{location.working_directory ?? "–"}</code>],
        location.project_root && location.project_root !== location.working_directory
          ? ["Project", <code key="p">{location.project_root}</code>]
          : null,
        import_paths.length > 0 ? ["Imports from", import_paths.map((path) => <Line key={path} text={path} />)] : null,
        env_file_sets.length > 0 ? ["Its .env sets", <Words key="s" of={env_file_sets} />] : null,
        code_reads.length > 0 ? ["Its code reads", <Words key="r" of={code_reads} />] : null,
      ]}
    />
  );
}

/** What was loaded: from where, when, by what. */
export function LoadedCode({ location }: { location: LocationDetail }) {
  const { declared, loader, target, attribute, modules, git_commit, manifest } = location;
  return (
    <Facts
      of={[
        ["Loads", <code key="t">{[target, attribute].filter(Boolean).join(":") || "–"}</code>],
        loader ? ["As", <code key="l">{loader}</code>] : null,
        declared ? ["Named in", <code key="d">{`${declared.file}:${declared.line}`}</code>] : null,
        git_commit ? ["Git commit", <code key="g">{git_commit}</code>] : null,
        manifest ? ["Manifest", <code key="m">{manifest.slice(0, 12)}</code>] : null,
        ["SDK", writtenFor(location)],
        modules.length > 0 ? ["Modules it loaded", <Words key="o" of={modules} />] : null,
      ]}
    />
  );
}

function writtenFor({ definitions, sdk_version }: LocationDetail): string {
  if (!definitions) return "–";
  return `${definitions}${sdk_version ? ` ${sdk_version}` : ""}`;
}

function Line({ text }: { text: string }) {
  return (
    <div>
      <code>{text}</code>
    </div>
  );
}

function Words({ of }: { of: readonly string[] }) {
  return (
    <span className={css.words}>
      {of.map((word) => (
        <Badge key={word} mono>
          {word}
        </Badge>
      ))}
    </span>
  );
}
