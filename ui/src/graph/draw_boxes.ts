// Boxes: an asset each.

import type { AssetSummary } from "../api/types";
import { formatCount, formatShort } from "../format/number";
import { splitKey } from "../format/text";
import { formatRelative } from "../format/time";
import { drawStatus } from "./draw_icons";
import type { Labels } from "./labels";
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

/** Where the icon is, and how large: beside the first line, at the right. */
export function iconPlace(x: number, y: number, width: number, height: number, look: Look): [number, number, number] {
  if (look.detail === "near") return [x + width - 17, y + Math.min(height / 2, 19), ICON];
  const r = Math.min(4.6 / look.scale, height * 0.26);
  return [x + width - r - 7, y + height / 2, r];
}

function drawNames(ctx: Context, look: Look, cards: readonly Card[]) {
  if (look.detail === "near") for (const card of cards) drawName(ctx, look, card);
  else for (const card of cards) drawLargeName(ctx, look, card);
  for (const card of cards) {
    const [x, y, r] = iconPlace(card.x, card.y, card.width, card.height, look);
    drawStatus(ctx, look.paint, statusOf(card), x, y, r);
  }
}

function startText(ctx: Context, { paint }: Look, card: Card, style: string) {
  const status = statusOf(card);
  ctx.font = style;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = status === "missing" ? paint.muted : status === "failed" ? paint.tones.failed.text : paint.text;
}

function drawName(ctx: Context, look: Look, card: Card) {
  const { paint, labels, scene } = look;
  const key = scene.keys[card.item] ?? "";
  const room = card.width - LEFT - 28;
  const ratio = room / labels.width(key, font(paint, 13, 500)); // where the font is wide, a little smaller
  const style = font(paint, ratio >= 1 ? 13 : Math.max(Math.floor(26 * ratio) / 2, 11), 500);
  const text = labels.width(key, style) <= room ? key : labels.cut(splitKey(key).name, style, room);
  startText(ctx, look, card, style);
  ctx.fillText(text, card.x + LEFT, card.y + Math.min(card.height / 2, 19));
}

/** As large as can still be read; in two lines where one is too short. */
function drawLargeName(ctx: Context, look: Look, card: Card) {
  const { paint, labels, scale, scene } = look;
  const size = Math.min(Math.max(13, 9.5 / scale), card.height * 0.7);
  if (size * scale < 6) return;
  const style = font(paint, size, 500);
  const left = Math.max(LEFT, 5 / scale);
  const room = card.width - left - Math.min(4.6 / scale, card.height * 0.26) * 2 - 10;
  const name = splitKey(scene.keys[card.item] ?? "").name;
  const middle = card.y + card.height / 2;
  startText(ctx, look, card, style);
  const [first, second] = size * 2.1 < card.height ? brokenName(labels, name, style, room) : [name, ""];
  if (second === "") return ctx.fillText(labels.cut(first, style, room), card.x + left, middle);
  ctx.fillText(labels.cut(first, style, room), card.x + left, middle - size * 0.54);
  ctx.fillText(labels.cut(second, style, room), card.x + left, middle + size * 0.54);
}

/** After the last `_`, `-` or `.` that still fits into the first line. */
function brokenName(labels: Labels, name: string, style: string, room: number): [string, string] {
  if (labels.width(name, style) <= room) return [name, ""];
  for (let at = name.length - 2; at > 0; at--) {
    if (!"_-.".includes(name[at] ?? "")) continue;
    if (labels.width(name.slice(0, at + 1), style) <= room) return [name.slice(0, at + 1), name.slice(at + 1)];
  }
  return [name, ""];
}

const WORDS: Readonly<Partial<Record<ShownStatus, string>>> = {
  missing: "Never materialized",
  external: "External",
  running: "Running",
  failed: "Failed",
  stale: "Stale",
};

/** Two lines: all of it, and what is most wanted of it. */
function linesOf(asset: AssetSummary | undefined, now: number): [string, string] {
  if (!asset) return ["", ""];
  const word = WORDS[shownStatus(asset)];
  const time = asset.materialized_at ? formatRelative(asset.materialized_at, now) : undefined;
  const rows =
    asset.rows === null || asset.status === "running"
      ? undefined
      : `${asset.rows < 100_000 ? formatCount(asset.rows) : formatShort(asset.rows)} rows`;
  return [[word, time, rows].filter(Boolean).join(" · "), word ?? time ?? ""];
}

function drawDetails(ctx: Context, look: Look, cards: readonly Card[]) {
  const { paint, labels } = look;
  const small = font(paint, 11);
  for (const card of cards) {
    const [whole, short] = linesOf(card.asset, look.now);
    const chips = chipsOf(look, card);
    const room = card.width - LEFT - 9;
    const beside = room - chips.reduce((sum, { width }) => sum + width + 4, 4);
    const fits = [whole, short].find((line) => labels.width(line, small) <= beside);
    if (fits !== undefined) drawChips(ctx, look, card, chips);
    const status = statusOf(card);
    ctx.font = small;
    ctx.textAlign = "left";
    ctx.fillStyle =
      status === "failed" || status === "running" || status === "stale" ? paint.tones[status].text : paint.faint;
    ctx.fillText(fits ?? labels.cut(whole, small, room), card.x + LEFT, card.y + card.height - 16);
  }
}

type Chip = { text: string; width: number };
const chipFont = (look: Look) => font(look.paint, 10, 500);

function chipsOf(look: Look, { asset }: Card): Chip[] {
  const style = chipFont(look);
  return (asset?.kinds ?? []).slice(0, MOST_CHIPS).map((kind) => {
    const text = look.labels.cut(kind, style, 64);
    return { text, width: look.labels.width(text, style) + 10 };
  });
}

/** Kinds, at the lower right. */
function drawChips(ctx: Context, look: Look, card: Card, chips: readonly Chip[]) {
  let right = card.x + card.width - 8;
  const y = card.y + card.height - 24;
  ctx.font = chipFont(look);
  ctx.textAlign = "center";
  for (const { text, width } of chips) {
    ctx.fillStyle = look.paint.tones.missing.fill;
    ctx.beginPath();
    ctx.roundRect(right - width, y, width, 16, 4);
    ctx.fill();
    ctx.fillStyle = look.paint.muted;
    ctx.fillText(text, right - width / 2, y + 8.5);
    right -= width + 4;
  }
}
