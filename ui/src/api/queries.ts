// What pages ask the server: a hook for each question, by noun in queries/.

export * from "./queries/assets";
export * from "./queries/graph";
export * from "./queries/locations";
export * from "./queries/runs";
export * from "./queries/server";
