import "./theme/tokens.css";
import "./theme/locations.css";
import "./theme/base.css"; // first: what a component says of itself counts more
import { createRoot } from "react-dom/client";
import { App } from "./app/App";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
