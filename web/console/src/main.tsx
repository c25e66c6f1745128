import { render } from "preact";
import "./style/tokens.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/shell.css";
import { App } from "./app";

const place = document.getElementById("console");
if (place) {
  place.textContent = "";
  render(<App />, place);
}
