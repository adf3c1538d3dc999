// What stands where there is nothing, nothing yet, or an error.

import { CircleAlert, type LucideIcon, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { asProblem } from "../api/client";
import { Button } from "./Button";
import { cx } from "./cx";
import css from "./States.module.css";

type EmptyProps = { icon?: LucideIcon; title: string; children?: ReactNode; action?: ReactNode };

export function EmptyState({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className={css.state}>
      {Icon && (
        <span className={css.icon}>
          <Icon size={20} aria-hidden />
        </span>
      )}
      <p className={css.title}>{title}</p>
      {children && <div className={css.text}>{children}</div>}
      {action}
    </div>
  );
}

/** What the server said is wrong, and what to do about it. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  return (
    <div className={css.state} role="alert">
      <span className={cx(css.icon, css.bad)}>
        <CircleAlert size={20} aria-hidden />
      </span>
      <p className={css.title}>{problem.title}</p>
      <p className={css.text}>{problem.message}</p>
      {problem.hint && <p className={css.hint}>{problem.hint}</p>}
      {onRetry && (
        <Button icon={RotateCw} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Grey lines where text will be. */
export function Skeleton({ lines = 3, height = 12 }: { lines?: number; height?: number }) {
  return (
    <div className={css.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className={css.line} style={{ height, width: `${92 - ((i * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

type Query<T> = { data: T | undefined; error: unknown; refetch: () => unknown };

/** A query's skeleton, error or data.  An error while there is data from before leaves that in sight. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: Query<T>;
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton {...(lines ? { lines } : {})} />;
}
