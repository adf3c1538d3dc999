import { Link } from "wouter";
import { shortId } from "../format/text";
import { paths } from "../paths";
import css from "./RunLink.module.css";

/** The end of a run's id, linked to its page. */
export function RunLink({ run }: { run: string }) {
  return (
    <Link href={paths.run(run)} className={css.link} title={run}>
      {shortId(run)}
    </Link>
  );
}
