// Frames: a code location or a group.  Open: a panel with a title around what is in it.  Closed: a box that sums it up.

import { formatCount, formatNoun } from "../format/number";
import type { Rect } from "./camera";
import { drawCaret } from "./draw_icons";
import { type Context, font, type Look, TITLE } from "./look";
import type { Paint, Tint } from "./paint";
import { type Frame, frameAt, rectOf } from "./scene";
import { SHOWN_STATUSES, type ShownStatus, type Tally } from "./standing";

const ROOM = 40; // above what is in a frame
const RADIUS = 14; // of a code location's corners
/** How far a title that is larger than its room rises above its frame. */
export const TITLE_RISE = 60;

type Place = { item: number; frame: Frame; tint: Tint; x: number; y: number; width: number; height: number };

function placesOf(look: Look, items: readonly number[]): Place[] {
  const { scene, paint } = look;
  return items.flatMap((item) => {
    const frame = frameAt(scene, item);
    if (!frame) return [];
    return [{ item, frame, tint: paint.location(scene.locationOf[item] ?? -1), ...rectOf(scene, item) }];
  });
}

/** The panels of open frames, under edges and boxes. */
export function drawOpenFrames(ctx: Context, look: Look, items: readonly number[]) {
  for (const place of placesOf(look, items)) if (place.frame.open) drawPanel(ctx, look, place);
}

function drawPanel(ctx: Context, look: Look, { frame, tint, x, y, width, height }: Place) {
  const outer = frame.kind === "location";
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, outer ? RADIUS : 10);
  fillGround(ctx, look.paint, tint, outer);
  ctx.globalAlpha = outer ? 0.6 : 0.4;
  ctx.strokeStyle = tint.line;
  ctx.lineWidth = lineOf(look);
  ctx.stroke();
  ctx.globalAlpha = 1;
}

const lineOf = ({ scale }: Look) => Math.max(1, 0.8 / scale);

/** The ground of a code location, or of a group on top of it. */
function fillGround(ctx: Context, paint: Paint, tint: Tint, outer: boolean) {
  ctx.fillStyle = outer ? tint.fill : paint.canvas;
  ctx.globalAlpha = outer ? (paint.dark ? 0.5 : 0.55) : paint.dark ? 0.45 : 0.6;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** Titles of open frames, over what is in them: edges go under them, and from afar they are larger than their room. */
export function drawTitles(ctx: Context, look: Look, items: readonly number[]) {
  for (const place of placesOf(look, items)) if (place.frame.open) drawTitle(ctx, look, place);
}

function drawTitle(ctx: Context, look: Look, { frame, tint, x, y: top, width }: Place) {
  const { paint, labels, scale } = look;
  const outer = frame.kind === "location";
  if (outer) drawTitleBar(ctx, look, tint, x, top, width);
  const size = Math.max(outer ? 13 : 12, (outer ? 11.5 : 10) / scale);
  const height = Math.max(TITLE, size * 1.4);
  if (height > (outer ? Number.POSITIVE_INFINITY : ROOM)) return; // it would hide what is inside
  const style = font(paint, size, outer ? 700 : 600);
  const count = size <= 15 ? formatNoun(frame.assets, "asset") : "";
  const countStyle = font(paint, 11);
  const countWidth = count === "" ? 0 : labels.width(count, countStyle) + 24;
  const text = labels.cut(frame.name, style, width - size * 2.4 - countWidth);
  if (text === "") return;
  const y = top - Math.min(Math.max(height - ROOM, 0), TITLE_RISE);
  const plate = { x, y, width: labels.width(text, style) + size * 2.6, height };
  if (height > ROOM) drawPlate(ctx, look, tint, plate);
  else if (!outer) drawCover(ctx, look, tint, plate);
  const middle = y + height / 2;
  drawCaret(ctx, tint.text, x + size * 1.05, middle, size * 0.62, true);
  ctx.font = style;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = tint.text;
  ctx.fillText(text, x + size * 1.9, middle);
  if (count === "" || countWidth > width / 2) return;
  ctx.font = countStyle;
  ctx.textAlign = "right";
  ctx.globalAlpha = 0.8;
  ctx.fillText(count, x + width - 12, middle);
  ctx.globalAlpha = 1;
}

function drawTitleBar(ctx: Context, look: Look, tint: Tint, x: number, y: number, width: number) {
  const { paint } = look;
  const inset = lineOf(look) / 2;
  ctx.beginPath();
  ctx.roundRect(x + inset, y + inset, width - 2 * inset, TITLE - inset, [RADIUS - inset, RADIUS - inset, 0, 0]);
  ctx.fillStyle = paint.canvas;
  ctx.fill();
  fillGround(ctx, paint, tint, true);
  ctx.globalAlpha = paint.dark ? 0.3 : 0.2;
  ctx.fillStyle = tint.line;
  ctx.fill();
  ctx.globalAlpha = 1;
}

/** The ground of a group once more, where its title stands. */
function drawCover(ctx: Context, { paint }: Look, tint: Tint, { x, y, width, height }: Rect) {
  ctx.beginPath();
  ctx.roundRect(x + 4, y + 4, width - 8, height - 8, 6);
  ctx.fillStyle = paint.canvas;
  ctx.fill();
  fillGround(ctx, paint, tint, true);
  fillGround(ctx, paint, tint, false);
}

function drawPlate(ctx: Context, look: Look, tint: Tint, { x, y, width, height }: Rect) {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, height * 0.2);
  ctx.fillStyle = tint.fill;
  ctx.globalAlpha = 0.94;
  ctx.fill();
  ctx.globalAlpha = look.paint.dark ? 0.35 : 0.2;
  ctx.fillStyle = tint.line;
  ctx.fill();
  ctx.globalAlpha = 1;
}

export function drawClosedFrames(ctx: Context, look: Look, items: readonly number[]) {
  for (const place of placesOf(look, items)) if (!place.frame.open) drawPile(ctx, look, place);
}

/** A pile of sheets: there is more below. */
function drawPile(ctx: Context, look: Look, place: Place) {
  const { paint, scale, detail } = look;
  const { tint, x, y, width, height, frame } = place;
  ctx.lineWidth = Math.max(1, 0.8 / scale);
  ctx.strokeStyle = tint.line;
  if (detail === "far") {
    ctx.fillStyle = tint.line;
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    ctx.roundRect(x, y, width, height, 10);
    ctx.fill();
    ctx.globalAlpha = 1;
    return drawPileName(ctx, look, place);
  }
  for (const [inset, drop, alpha] of [
    [14, 8, 0.3],
    [7, 4, 0.55],
  ] as const) {
    ctx.beginPath();
    ctx.roundRect(x + inset, y + height - 20, width - 2 * inset, 20 + drop, 10);
    ctx.fillStyle = tint.fill;
    ctx.fill();
    ctx.globalAlpha = alpha;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 10);
  ctx.fillStyle = paint.surface;
  ctx.fill();
  ctx.fillStyle = tint.fill;
  ctx.fill();
  ctx.globalAlpha = 0.75;
  ctx.stroke();
  ctx.globalAlpha = 1;
  drawPileName(ctx, look, place);
  const tally = look.standing.tallies.get(frame.path);
  if (tally) drawBar(ctx, look, place, tally);
}

function drawPileName(ctx: Context, look: Look, { frame, tint, x, y, width, height }: Place) {
  const { paint, labels, scale, detail } = look;
  if (width * scale < 44) return;
  const near = detail === "near";
  const size = near ? 13.5 : Math.min(Math.max(13.5, 10 / scale), height * 0.45);
  if (size * scale < 7) return;
  const far = detail === "far";
  const style = font(paint, size, frame.kind === "location" ? 700 : 600);
  const middle = near ? y + Math.min(height / 2, 21) : y + height * (far ? 0.5 : 0.42);
  const color = far ? (paint.dark ? "#0e1116" : "#fff") : tint.text;
  const left = far ? x + size * 0.5 : x + size * 1.6;
  if (!far) drawCaret(ctx, color, x + size * 0.9, middle, size * 0.55, false);
  ctx.font = style;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.fillStyle = color;
  const count = near ? formatCount(frame.assets) : "";
  const countStyle = font(paint, 12, 500);
  const countWidth = near ? labels.width(count, countStyle) + 26 : size * 0.4;
  ctx.fillText(labels.cut(frame.name, style, x + width - left - countWidth), left, middle);
  if (!near) return;
  ctx.font = countStyle;
  ctx.textAlign = "right";
  ctx.fillText(count, x + width - 12, middle);
}

/** How what is inside stands: a bar in proportion, and what needs attention in words. */
function drawBar(ctx: Context, look: Look, { frame, x, y, width, height }: Place, tally: Tally) {
  const { paint, labels } = look;
  const total = SHOWN_STATUSES.reduce((sum, status) => sum + tally[status], 0);
  const left = x + 14;
  const room = width - 28;
  const thick = Math.max(5, 2.5 / look.scale);
  const bar = y + height - 8 - thick / 2;
  if (total === 0) return;
  let at = left;
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(left, bar - thick / 2, room, thick, thick / 2);
  ctx.clip();
  for (const status of SHOWN_STATUSES) {
    const part = (tally[status] / total) * room;
    ctx.fillStyle = status === "missing" ? paint.borderStrong : paint.tones[status].line;
    ctx.fillRect(at, bar - thick / 2, part, thick);
    at += part;
  }
  ctx.restore();
  if (height < 58 || look.detail !== "near") return;
  const style = font(paint, 11, 500);
  ctx.font = style;
  ctx.textAlign = "left";
  let word = left;
  for (const [status, text] of wordsOf(frame, tally)) {
    const length = labels.width(text, style);
    if (word + length > left + room) break;
    ctx.fillStyle = status ? paint.tones[status].text : paint.muted;
    ctx.fillText(text, word, bar - 15);
    word += length + 10;
  }
}

function wordsOf(frame: Frame, tally: Tally): [ShownStatus | null, string][] {
  const words = (["failed", "running", "stale", "missing"] as const)
    .filter((status) => tally[status] > 0)
    .map((status): [ShownStatus, string] => [status, `${formatCount(tally[status])} ${status}`]);
  return words.length > 0 ? words : [[null, `all ${formatCount(frame.assets)} up to date`]];
}
