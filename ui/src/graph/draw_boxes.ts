// Boxes: an asset each.

import type { AssetSummary } from "../api/types";
import { formatCount, formatShort } from "../format/number";
import { splitKey } from "../format/text";
import { formatRelative } from "../format/time";
import { drawStatus } from "./draw_icons";
import { type Context, font, type Look } from "./look";
import { rectOf } from "./scene";
import { type ShownStatus, shownStatus } from "./standing";

const RADIUS = 8;
const LEFT = 18; // where text begins
const ICON = 7.5;
const MOST_CHIPS = 2;

type Card = { item: number; x: number; y: number; width: number; height: number; asset: AssetSummary | undefined };

function cardsOf(look: Look, items: readonly number[]): Card[] {
  const { scene, standing } = look;
  return items.map((item) => ({
    item,
    ...rectOf(scene, item),
    asset: standing.assets.get(scene.keys[item] ?? ""),
  }));
}

const statusOf = (card: Card): ShownStatus => (card.asset ? shownStatus(card.asset) : "missing");

export function drawBoxes(ctx: Context, look: Look, items: readonly number[]) {
  const cards = cardsOf(look, items);
  if (look.detail === "far") return drawSpecks(ctx, look, cards);
  for (const card of cards) drawSheet(ctx, look, card);
  drawNames(ctx, look, cards);
  if (look.detail === "near") drawDetails(ctx, look, cards);
}

/** From afar: what needs attention has its status' colour, everything else its location's. */
function drawSpecks(ctx: Context, look: Look, cards: readonly Card[]) {
  const { paint, scene } = look;
  const least = 1.5 / look.scale;
  const alike = new Map<string, Card[]>();
  for (const card of cards) {
    const status = statusOf(card);
    const color =
      status === "materialized" ? paint.location(scene.locationOf[card.item] ?? -1).line : paint.tones[status].line;
    const list = alike.get(color);
    if (list) list.push(card);
    else alike.set(color, [card]);
  }
  for (const [color, list] of alike) {
    ctx.fillStyle = color;
    for (const { x, y, width, height } of list) ctx.fillRect(x, y, Math.max(width, least), Math.max(height, least));
  }
}

function drawSheet(ctx: Context, look: Look, card: Card) {
  const { paint, scene, scale } = look;
  const { x, y, width, height } = card;
  const status = statusOf(card);
  const absent = status === "missing" || status === "external";
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, RADIUS);
  ctx.fillStyle = status === "failed" ? paint.tones.failed.fill : paint.surface;
  ctx.fill();
  ctx.lineWidth = Math.max(1, 0.8 / scale);
  ctx.strokeStyle =
    status === "failed" || status === "running" || status === "external"
      ? paint.tones[status].line
      : paint.borderStrong;
  if (absent) ctx.setLineDash([5, 4]);
  ctx.stroke();
  if (absent) ctx.setLineDash([]);
  ctx.fillStyle = paint.location(scene.locationOf[card.item] ?? -1).line;
  ctx.beginPath();
  ctx.roundRect(x + 7, y + 9, 3.5, height - 18, 2);
  ctx.fill();
}

/** Where the icon is: the middle of the first line, at the right. */
export function iconPlace(
  x: number,
  y: number,
  width: number,
  height: number,
  detail: string,
): [number, number, number] {
  return detail === "near" ? [x + width - 17, y + Math.min(height / 2, 19), ICON] : [x + width - 18, y + height / 2, 9];
}

function drawNames(ctx: Context, look: Look, cards: readonly Card[]) {
  const { paint, labels, scale, detail } = look;
  const near = detail === "near";
  const size = near ? 13 : Math.min(Math.max(13, 10.5 / scale), 30);
  const style = font(paint, size, 600);
  ctx.font = style;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const card of cards) {
    const key = look.scene.keys[card.item] ?? "";
    const room = card.width - LEFT - 30;
    const whole = labels.width(key, style) <= room;
    const text = whole ? key : labels.cut(splitKey(key).name, style, room);
    const status = statusOf(card);
    ctx.fillStyle = status === "missing" ? paint.muted : status === "failed" ? paint.tones.failed.text : paint.text;
    ctx.fillText(text, card.x + LEFT, near ? card.y + Math.min(card.height / 2, 19) : card.y + card.height / 2);
  }
  for (const card of cards) {
    const [x, y, r] = iconPlace(card.x, card.y, card.width, card.height, detail);
    drawStatus(ctx, paint, statusOf(card), x, y, r);
  }
}

const WORDS: Readonly<Partial<Record<ShownStatus, string>>> = {
  missing: "Never materialized",
  external: "External",
  running: "Running",
  failed: "Failed",
  stale: "Stale",
};

function lineOf(asset: AssetSummary | undefined, now: number): string {
  if (!asset) return "";
  const parts: string[] = [];
  const word = WORDS[shownStatus(asset)];
  if (word) parts.push(word);
  if (asset.materialized_at) parts.push(formatRelative(asset.materialized_at, now));
  if (asset.rows !== null && asset.status !== "running") {
    parts.push(asset.rows < 100_000 ? `${formatCount(asset.rows)} rows` : `${formatShort(asset.rows)} rows`);
  }
  return parts.join(" · ");
}

function drawDetails(ctx: Context, look: Look, cards: readonly Card[]) {
  const { paint, labels } = look;
  const small = font(paint, 11);
  const chip = font(paint, 10, 500);
  const lefts = cards.map((card) => drawChips(ctx, look, card, chip));
  ctx.font = small;
  ctx.textAlign = "left";
  cards.forEach((card, i) => {
    const status = statusOf(card);
    const y = card.y + card.height - 17;
    ctx.fillStyle =
      status === "failed" || status === "running" || status === "stale" ? paint.tones[status].text : paint.faint;
    const room = (lefts[i] ?? 0) - card.x - LEFT - 8;
    ctx.fillText(labels.cut(lineOf(card.asset, look.now), small, room), card.x + LEFT, y);
  });
}

/** Kinds at the lower right; answers where they begin. */
function drawChips(ctx: Context, look: Look, card: Card, style: string): number {
  const { paint, labels } = look;
  let right = card.x + card.width - 9;
  const least = card.x + LEFT + (card.width - LEFT) * 0.55;
  const y = card.y + card.height - 25;
  ctx.font = style;
  ctx.textAlign = "center";
  for (const kind of (card.asset?.kinds ?? []).slice(0, MOST_CHIPS)) {
    const text = labels.cut(kind, style, 64);
    const width = labels.width(text, style) + 10;
    if (right - width < least) break;
    ctx.fillStyle = paint.tones.missing.fill;
    ctx.beginPath();
    ctx.roundRect(right - width, y, width, 16, 4);
    ctx.fill();
    ctx.fillStyle = paint.muted;
    ctx.fillText(text, right - width / 2, y + 8.5);
    right -= width + 4;
  }
  return right;
}
