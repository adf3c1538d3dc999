import { useHealth } from "../api/queries";
import { Code } from "./Code";
import css from "./WorkspaceLesson.module.css";

const EXAMPLE = `load_from:
  - python_module:
      module_name: my_team.definitions
      working_directory: ../my-repository
      location_name: my-team`;

/** How assets come into an empty workspace. */
export function WorkspaceLesson() {
  const workspace = useHealth().data?.workspace;
  return (
    <div className={css.lesson}>
      <p>
        Name a repository in {workspace ? <code>{workspace}</code> : "the workspace file"}; plait compiles its
        definitions in the repository's own Python environment.
      </p>
      <Code text={EXAMPLE} label="workspace.yaml" />
      <p>
        Then <code>plait env sync</code> makes the environment from its pyproject.toml, and what it defines stands here.
      </p>
    </div>
  );
}
