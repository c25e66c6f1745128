// A part of the console's screen, drawn without a browser by a page of pages.mjs that has { preact: "preact" } among its parts: as much of a document as
// preact asks for.
import "./pages.mjs";   // brings the document

class Drawn {
  childNodes = [];
  parentNode = null;
  attributes = {};
  style = {};
  onclick = null;
  oninput = null;
  onchange = null;
  #listening = new Map();
  constructor(name, data) { Object.assign(this, { localName: name, nodeType: data === undefined ? 1 : 3, data }); }

  get firstChild() { return this.childNodes[0] ?? null; }
  get nextSibling() { return this.parentNode?.childNodes[this.parentNode.childNodes.indexOf(this) + 1] ?? null; }
  get textContent() { return this.data ?? this.childNodes.map((one) => one.textContent).join(""); }
  insertBefore(node, before) {
    node.parentNode?.removeChild(node);
    this.childNodes.splice(before ? this.childNodes.indexOf(before) : this.childNodes.length, 0, node);
    node.parentNode = this;
    return node;
  }
  removeChild(node) {
    this.childNodes = this.childNodes.filter((one) => one !== node);
    node.parentNode = null;
  }
  setAttribute(name, value) { this.attributes[name] = String(value); }
  removeAttribute(name) { delete this.attributes[name]; }
  addEventListener(type, run) { this.#listening.set(type, run); }
  fire(type, more = {}) { this.#listening.get(type)?.call(this, { type, target: this, currentTarget: this, preventDefault() {}, ...more }); }
  all(name) { return this.childNodes.flatMap((one) => [...(one.localName === name ? [one] : []), ...one.all(name)]); }
  // A dialog and a field as they are asked to behave.
  showModal() {}
  close() {}
  focus() {}
}
globalThis.scrollTo = () => undefined;
Object.assign(document, { activeElement: null, createElementNS: (_, name) => new Drawn(name), createTextNode: (data) => new Drawn("#text", data) });

/** The component with these props: what it shows, and hands to press and type with. */
export function draw({ preact }, component, props) {
  const place = new Drawn("body");
  preact.render(preact.h(component, props), place);
  return {
    place,
    text: () => place.textContent,
    again: (changed) => preact.render(preact.h(component, { ...props, ...changed }), place),
    button: (words) => place.all("button").find((one) => one.textContent === words),
    press: (words) => place.all("button").find((one) => one.textContent === words).fire("click"),
    type: (words) => place.all("textarea")[0].fire("input", { currentTarget: { value: words } }),
  };
}
