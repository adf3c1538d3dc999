import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, memo, type ReactNode, useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { cx } from "./cx";
import css from "./Table.module.css";
import { useIsPhone } from "./use_media";

export type Column<Row, Id extends string = string> = {
  id: Id;
  header: ReactNode;
  /** What the column holds, for who cannot see it; where the header has no words. */
  label?: string;
  cell: (row: Row) => ReactNode;
  /** As in grid-template-columns: `120px`, `minmax(160px, 2fr)`; 1fr when absent. */
  width?: string;
  align?: "left" | "right";
  sortable?: boolean;
  /** Left out on a phone. */
  wideOnly?: boolean;
};

export type Sort<Id extends string = string> = { by: Id; order: "asc" | "desc" };

type Props<Row, Id extends string> = {
  label: string;
  columns: readonly Column<Row, Id>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Where a row leads: a click anywhere in it, or Enter. */
  rowHref?: (row: Row) => string;
  selected?: string | null;
  /** Rows that are picked out besides. */
  isMarked?: (row: Row) => boolean;
  /** A key pressed on a row, other than those that move or open. */
  onKey?: (key: string, row: Row) => void;
  sort?: Sort<Id>;
  onSort?: (sort: Sort<Id>) => void;
  /** The end comes into sight: time to fetch more. */
  onEnd?: () => void;
  rowHeight?: number;
  /** In place of rows, when there are none. */
  empty?: ReactNode;
};

const ROW_HEIGHT = 36;
const AHEAD = 12;

/** Rows beyond counting: only those in sight are drawn.  It fills its parent's height and scrolls by itself. */
export function Table<Row, Id extends string = string>(props: Props<Row, Id>) {
  const { columns, rows, rowHeight = ROW_HEIGHT, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isPhone = useIsPhone();
  const shown = isPhone ? columns.filter((column) => !column.wideOnly) : columns;
  const template = shown.map((column) => column.width ?? "minmax(0, 1fr)").join(" ");
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: AHEAD,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);

  if (rows.length === 0 && props.empty) return <div className={css.empty}>{props.empty}</div>;
  return (
    <div ref={scroller} className={css.scroller}>
      <div role="table" aria-label={props.label} aria-rowcount={rows.length + 1} className={css.table}>
        <div role="rowgroup" className={css.head}>
          <div role="row" className={css.row} style={{ gridTemplateColumns: template }}>
            {shown.map((column) => (
              <HeaderCell key={column.id} column={column} sort={props.sort} onSort={props.onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={css.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const key = props.rowKey(row);
            return (
              <TableRow
                key={key}
                row={row}
                index={item.index}
                columns={shown}
                href={props.rowHref?.(row)}
                isSelected={props.selected === key || (props.isMarked?.(row) ?? false)}
                onKey={props.onKey}
                template={template}
                height={item.size}
                top={item.start}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

type HeaderProps<Row, Id extends string> = {
  column: Column<Row, Id>;
  sort: Sort<Id> | undefined;
  onSort: ((sort: Sort<Id>) => void) | undefined;
};

function HeaderCell<Row, Id extends string>({ column, sort, onSort }: HeaderProps<Row, Id>) {
  const order = sort?.by === column.id ? sort.order : undefined;
  const className = cx(css.cell, css.header, column.align === "right" && css.right);
  if (!column.sortable || !onSort) {
    return (
      <span role="columnheader" className={className} title={column.label}>
        {column.header}
        {column.label && <span className={css.unseen}>{column.label}</span>}
      </span>
    );
  }
  const Arrow = order === "desc" ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      className={className}
      aria-sort={order === undefined ? "none" : order === "asc" ? "ascending" : "descending"}
    >
      <button
        type="button"
        className={css.sorter}
        onClick={() => onSort({ by: column.id, order: order === "asc" ? "desc" : "asc" })}
      >
        {column.header}
        <Arrow size={13} className={cx(css.arrow, order && css.sorted)} aria-hidden />
      </button>
    </span>
  );
}

type RowProps<Row> = {
  row: Row;
  index: number;
  columns: readonly Column<Row>[];
  href: string | undefined;
  isSelected: boolean;
  onKey: ((key: string, row: Row) => void) | undefined;
  template: string;
  height: number;
  top: number;
};

const MOVES: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

function moveFocus(event: KeyboardEvent<HTMLElement>) {
  const step = MOVES[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const rows = [...(event.currentTarget.parentElement?.children ?? [])] as HTMLElement[];
  const at = Number(event.currentTarget.ariaRowIndex) + step;
  rows.find((row) => Number(row.ariaRowIndex) === at)?.focus();
}

const isOwnControl = (target: EventTarget) => target instanceof Element && target.closest("a, button, input, select");

/** Drawn again only when something of it has changed: scrolling moves none of those in sight. */
const TableRow = memo(function TableRow<Row>(props: RowProps<Row>) {
  const { row, index, columns, href, isSelected, onKey, template, height, top } = props;
  const [, navigate] = useLocation();
  const onClick = (event: MouseEvent) => {
    if (!href || isOwnControl(event.target) || window.getSelection()?.type === "Range") return;
    if (event.metaKey || event.ctrlKey) window.open(href, "_blank");
    else navigate(href);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "Enter" && href) navigate(href);
    else if (MOVES[event.key]) moveFocus(event);
    else onKey?.(event.key, row);
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={0}
      className={cx(css.row, css.data, href && css.leads, isSelected && css.selected)}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${top}px)` }}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      {columns.map((column) => (
        <span key={column.id} role="cell" className={cx(css.cell, column.align === "right" && css.right)}>
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}) as <Row>(props: RowProps<Row>) => ReactNode;
