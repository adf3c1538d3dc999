// dagre_layout.js -- lays out what micro/graph_layout.c reads, without its frames, and tells the same about it.
const dagre = require("@dagrejs/dagre");
const fs = require("fs");

const numbers = fs.readFileSync(0, "utf8").split(/\s+/).filter(Boolean).map(Number);
let at = 0;
const next = () => numbers[at++];

const graph = new dagre.graphlib.Graph();
graph.setGraph({ rankdir: "LR", nodesep: 22, edgesep: 12, ranksep: 56 });
graph.setDefaultEdgeLabel(() => ({}));
const boxes = next();
for (let i = 0; i < boxes; i++) {
  graph.setNode(i, { width: next(), height: next() });
  next();
}
at += 1 + 4 * numbers[at];
for (let left = next(); left > 0; left--) graph.setEdge(next(), next());

const begin = process.cpuUsage();
dagre.layout(graph);
const took = process.cpuUsage(begin);

const { width, height } = graph.graph();
const lines = [`ms ${(took.user + took.system) / 1000} work 0 size ${width} ${height}`];
for (let i = 0; i < boxes; i++) {
  const { x, y, width, height } = graph.node(i);
  lines.push(`${x - width / 2} ${y - height / 2} ${width} ${height}`);
}
for (const edge of graph.edges()) {
  const points = graph.edge(edge).points.flatMap((point) => [point.x, point.y]);
  lines.push([edge.v, edge.w, ...points].join(" "));
}
console.log(lines.join("\n"));
