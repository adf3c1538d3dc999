import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import "./theme/tokens.css";
import "./theme/locations.css";
import "./theme/base.css";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
