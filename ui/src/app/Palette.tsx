import * as Radix from "@radix-ui/react-dialog";
import { Command } from "cmdk";
import { Boxes, FolderGit2, Group, type LucideIcon, Play, Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useSearchResults } from "../api/queries";
import type { SearchResult } from "../api/types";
import { AssetKey } from "../components/AssetKey";
import { Kbd } from "../components/Kbd";
import { LocationTag } from "../components/LocationTag";
import { shortId } from "../format/text";
import { paths } from "../paths";
import { NAVIGATION } from "./navigation";
import css from "./Palette.module.css";
import { rank } from "./palette_rank";
import { useActions } from "./use_actions";

const DEBOUNCE_MS = 120;

type Kind = SearchResult["kind"];
const KINDS: Readonly<Record<Kind, { icon: LucideIcon; heading: string }>> = {
  asset: { icon: Boxes, heading: "Assets" },
  group: { icon: Group, heading: "Groups" },
  location: { icon: FolderGit2, heading: "Code locations" },
  run: { icon: Play, heading: "Runs" },
};

function hrefOf({ kind, name, location }: SearchResult): string {
  switch (kind) {
    case "asset":
      return paths.asset(name);
    case "group":
      return paths.catalog({ group: name, location });
    case "location":
      return paths.location(name);
    case "run":
      return paths.run(name);
  }
}

function titleOf({ kind, name }: SearchResult): ReactNode {
  if (kind === "asset") return <AssetKey of={name} />;
  return kind === "run" ? shortId(name) : name;
}

function useDebounced(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

type Props = { open: boolean; onClose: () => void; onShortcuts: () => void };

/** Ctrl-K or /: go to, find, do. */
export function Palette({ open, onClose, onShortcuts }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={css.overlay} />
        <Radix.Content className={css.palette} aria-describedby={undefined}>
          <Radix.Title className={css.hidden}>Search, and what can be done</Radix.Title>
          <Content onClose={onClose} onShortcuts={onShortcuts} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Content({ onClose, onShortcuts }: Omit<Props, "open">) {
  const [typed, setTyped] = useState("");
  const [, navigate] = useLocation();
  const actions = useActions(onShortcuts);
  const words = useDebounced(typed);
  const found = useSearchResults(words);
  const results = typed.trim() === "" ? [] : (found.data?.items ?? []);
  const go = (href: string) => {
    onClose();
    navigate(href);
  };
  const isWaiting = typed.trim() !== "" && (found.isFetching || words !== typed);
  return (
    <Command label="Search, and what can be done" shouldFilter={false} loop className={css.command}>
      <div className={css.field}>
        <Search size={17} aria-hidden />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          placeholder="Search assets, runs, locations, or do something"
          className={css.input}
          maxLength={200}
        />
        <Kbd keys="Esc" />
      </div>
      <Command.List className={css.list}>
        {!isWaiting && <Command.Empty className={css.empty}>Nothing fits “{typed}”</Command.Empty>}
        {Object.entries(KINDS).map(([kind, { heading, icon }]) => {
          const items = results.filter((item) => item.kind === kind);
          if (items.length === 0) return null;
          return (
            <Command.Group key={kind} heading={heading} className={css.group}>
              {items.map((item) => (
                <Row
                  key={`${item.kind} ${item.name} ${item.location}`}
                  value={`${item.kind} ${item.name} ${item.location}`}
                  icon={icon}
                  title={titleOf(item)}
                  onSelect={() => go(hrefOf(item))}
                >
                  {item.location && item.kind !== "location" && (
                    <span className={css.location}>
                      <LocationTag name={item.location} link={false} />
                    </span>
                  )}
                </Row>
              ))}
            </Command.Group>
          );
        })}
        <Entries heading="Go to" entries={rank(NAVIGATION, typed)}>
          {(entry) => (
            <Row
              key={entry.path}
              value={entry.path}
              icon={entry.icon}
              title={entry.title}
              onSelect={() => go(entry.path)}
            >
              <Kbd keys={entry.keys} />
            </Row>
          )}
        </Entries>
        <Entries heading="Do" entries={rank(actions, typed)}>
          {(action) => (
            <Row
              key={action.title}
              value={action.title}
              icon={action.icon}
              title={action.title}
              onSelect={() => {
                onClose();
                action.run();
              }}
            />
          )}
        </Entries>
      </Command.List>
    </Command>
  );
}

type EntriesProps<T> = { heading: string; entries: readonly T[]; children: (entry: T) => ReactNode };

function Entries<T>({ heading, entries, children }: EntriesProps<T>) {
  if (entries.length === 0) return null;
  return (
    <Command.Group heading={heading} className={css.group}>
      {entries.map(children)}
    </Command.Group>
  );
}

type RowProps = { value: string; icon: LucideIcon; title: ReactNode; onSelect: () => void; children?: ReactNode };

function Row({ value, icon: Icon, title, onSelect, children }: RowProps) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={css.row}>
      <Icon size={16} aria-hidden />
      <span className={css.title}>{title}</span>
      {children}
    </Command.Item>
  );
}
