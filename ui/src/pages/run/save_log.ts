import { call } from "../../api/client";

const PIECE = 4_194_304; // as much as the server gives at once

/** The whole file, piece by piece, for the browser to keep as `name`; `urlOf` a piece of it.  Larger ones lie on the browser's
 *  disk meanwhile. */
export async function saveLog(name: string, urlOf: (offset: number, limit: number) => string): Promise<void> {
  const pieces: Blob[] = [];
  for (let offset = 0; ; ) {
    const piece = await (await call(urlOf(offset, PIECE), {})).blob();
    pieces.push(piece);
    offset += piece.size;
    if (piece.size < PIECE) break;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(pieces, { type: "text/plain" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
