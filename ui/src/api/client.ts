// Typed calls of plait's API: the path picks parameters, body and answer from the contract (schema.ts).

import type { components, paths } from "./schema";

export type Schema = components["schemas"];
export type ProblemDocument = Schema["Problem"];

type Operation<P extends keyof paths, M extends "get" | "post"> = NonNullable<paths[P][M]>;
export type PathsWith<M extends "get" | "post"> = {
  [P in keyof paths]: paths[P][M] extends object ? P : never;
}[keyof paths];

type ParametersOf<O> = O extends { parameters: infer R } ? R : never;
type PathOf<O> = ParametersOf<O> extends { path: infer R } ? R : undefined;
type QueryOf<O> = ParametersOf<O> extends { query?: infer R } ? Exclude<R, undefined> : never;
type BodyOf<O> = O extends { requestBody?: infer R }
  ? Exclude<R, undefined> extends { content: { "application/json": infer B } }
    ? B
    : undefined
  : undefined;
type ContentOf<R> = R extends { content: infer C } ? C[keyof C] : never;
type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? ContentOf<R[S]> : never }[keyof R]
  : never;

/** Members that are undefined are left out of the URL. */
type Loose<T> = { [K in keyof T]?: T[K] | undefined };
export type Params<P extends keyof paths, M extends "get" | "post"> = {
  query?: Loose<QueryOf<Operation<P, M>>>;
} & (PathOf<Operation<P, M>> extends undefined ? unknown : { path: PathOf<Operation<P, M>> });
export type Answer<P extends keyof paths, M extends "get" | "post"> = AnswerOf<Operation<P, M>>;
export type Body<P extends keyof paths, M extends "get" | "post"> = BodyOf<Operation<P, M>>;

/** What the server said is wrong (RFC 9457), or that it could not be reached (`kind` unavailable, `status` 0). */
export class Problem extends Error {
  readonly title: string;
  readonly status: number;
  readonly kind: ProblemDocument["kind"];
  readonly hint: string | null;

  constructor(document: ProblemDocument) {
    super(document.detail);
    this.name = "Problem";
    this.title = document.title;
    this.status = document.status;
    this.kind = document.kind;
    this.hint = document.hint;
  }
}

/** Any error as a Problem, so that it can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({
    type: "about:blank",
    title: "Something went wrong",
    status: 0,
    detail,
    kind: "failed",
    hint: null,
  });
}

type Value = string | number | boolean | undefined | null;

/** `/a/{key}` with its parameters put in, percent-encoded. */
export function urlOf(path: string, params?: { path?: object; query?: object }): string {
  const parts = (params?.path ?? {}) as Record<string, Value>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parts[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((params?.query ?? {}) as Record<string, Value>)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const tail = query.toString();
  return tail === "" ? filled : `${filled}?${tail}`;
}

function isProblem(document: unknown): document is ProblemDocument {
  return typeof document === "object" && document !== null && "detail" in document && "kind" in document;
}

async function problemOf(response: Response): Promise<Problem> {
  const document: unknown = await response.json().catch(() => null);
  if (isProblem(document)) return new Problem(document);
  return new Problem({
    type: "about:blank",
    title: response.statusText || "Refused",
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText}`.trim(),
    kind: response.status >= 500 ? "unavailable" : "failed",
    hint: null,
  });
}

const UNREACHABLE: ProblemDocument = {
  type: "about:blank",
  title: "The server does not answer",
  status: 0,
  detail: "plait could not be reached",
  kind: "unavailable",
  hint: "Is `plait serve` or `plait dev` still running? The page goes on by itself when it is back.",
};

/** fetch, with everything that fails as a Problem. */
export async function call(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function read(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  return type.includes("json") ? response.json() : response.text();
}

export async function get<P extends PathsWith<"get">>(
  path: P,
  params: Params<P, "get">,
  signal?: AbortSignal,
): Promise<Answer<P, "get">> {
  const response = await call(urlOf(path, params), signal ? { signal } : {});
  return (await read(response)) as Answer<P, "get">;
}

export async function post<P extends PathsWith<"post">>(
  path: P,
  params: Params<P, "post">,
  body?: Body<P, "post">,
): Promise<Answer<P, "post">> {
  const response = await call(urlOf(path, params), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
  return (await read(response)) as Answer<P, "post">;
}
