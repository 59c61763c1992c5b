// The form of one record: read as JSON, filled with a record, marked where it is unlike the notebook.
import { kinds, numeral, outside, parse } from "./values.js";

/** The form; `features` are [name, schema, required] in the contract's order. */
export class Form {
  constructor(root, features) {
    this.features = features;
    this.fields = [...root.querySelectorAll(".field")].map((box) => new Field(box, features[box.dataset.at]));
    this.total = root.querySelector("#marks");
    root.addEventListener("input", (event) => this.changed(event.target));
    root.addEventListener("change", (event) => this.changed(event.target));
    this.mark();
  }

  /** Put a record into the fields. */
  fill(record) {
    for (const field of this.fields) {
      field.write(Object.hasOwn(record, field.name) ? record[field.name] : undefined);
      field.tell("");
    }
    this.mark();
  }

  /** Return the record as JSON, and whether all fields could be read. */
  read() {
    const parts = [];
    let first = null;
    for (const field of this.fields) {
      const { json, fault } = field.read();
      field.tell(fault ?? "");
      if (fault) first ??= field;
      if (json !== undefined) parts.push(`${JSON.stringify(field.name)}: ${json}`);
    }
    first?.focus();
    return { json: `{${parts.join(", ")}}`, sound: !first };
  }

  /** Show the faults at their fields; return those that belong to none. */
  tell(faults) {
    const others = [];
    let first = null;
    for (const { field: name, message } of faults) {
      const field = this.fields
        .filter((one) => name === one.name || name?.startsWith(`${one.name}.`) || name?.startsWith(`${one.name}[`))
        .sort((a, b) => b.name.length - a.name.length)[0];
      if (field) { field.tell(message); first ??= field; } else others.push(message);
    }
    first?.focus();
    return others;
  }

  changed(target) {
    const field = this.fields.find((one) => one.box.contains(target));
    field?.follow(target);
    field?.tell("");
    this.mark();
  }

  /** Mark what is unlike the notebook's records; return how many fields are. */
  mark() {
    const count = this.fields.filter((field) => field.mark()).length;
    const text = count ? `${count} ${count === 1 ? "value is" : "values are"} unlike the notebook's` : "";
    if (this.total.textContent !== text) this.total.textContent = text;
    return count;
  }
}

class Field {
  constructor(box, [name, schema]) {
    this.box = box;
    this.name = name;
    this.schema = schema;
    this.control = box.dataset.control;
    this.input = box.querySelector("select, textarea, input:not([type=range])");
    this.slider = box.querySelector("[type=range]");
    this.other = box.querySelector(".other");
    this.none = box.querySelector(".none input");
    this.said = box.querySelector(".mark");
    this.fault = "";
    this.kept = null; // what the input was filled with: sent as it was while nobody changes it
    this.follow(this.input);
  }

  write(value) {
    const nothing = value === null || value === undefined;
    if (this.none) this.none.checked = nothing;
    if (this.control === "check") this.input.checked = value === true;
    else if (this.control === "choice") this.choose(value, nothing);
    else if (this.control === "json") this.input.value = nothing ? "" : JSON.stringify(value);
    else this.input.value = nothing ? "" : String(value);
    this.kept = typeof value === "string" && this.control !== "choice" && this.control !== "json"
      ? { shows: this.input.value, value } : null;
    this.follow(this.input);
  }

  choose(value, nothing) {
    const option = [...this.input.options].find(
      (one) => one.value && one.value !== "other" && JSON.parse(one.value) === value);
    this.input.value = nothing ? "" : option ? option.value : "other";
    if (this.other) this.other.value = nothing || option ? "" : String(value);
  }

  /** Return {json}, {} for nothing, or {fault}. */
  read() {
    if (this.control === "check") return { json: String(this.input.checked) };
    const text = this.control === "choice" && this.input.value === "other" ? this.other.value : this.input.value;
    if (this.none?.checked || (text === "" && !["text", "long"].includes(this.control))) {
      if (this.input.validity.badInput) return { fault: "this is not a number" };
      return this.box.dataset.empty === "null" ? { json: "null" } : {};
    }
    switch (this.control) {
      case "number": return { json: numeral(text) };
      case "choice": return { json: this.input.value === "other" ? this.literal(text) : text };
      case "json": try { JSON.parse(text); return { json: text }; } catch { return { fault: "this is not JSON" }; }
      default: return { json: JSON.stringify(this.kept?.shows === text ? this.kept.value : this.whole(text)) };
    }
  }

  literal(text) {
    const number = kinds(this.schema).some((kind) => kind === "number" || kind === "integer") && numeral(text);
    return number || JSON.stringify(text);
  }

  /** A browser leaves out seconds that are zero. */
  whole(text) {
    return ["time", "datetime-local"].includes(this.control) && /(^|T)\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  }

  /** Keep the parts of the field together: number and slider, choice and its other value. */
  follow(target) {
    if (this.slider && target === this.slider) this.input.value = this.slider.value;
    else if (this.slider && this.input.value !== "") this.slider.value = this.input.value;
    if (this.other) this.other.hidden = this.input.value !== "other";
    if (this.none) this.input.disabled = this.none.checked;
  }

  mark() {
    const { json } = this.read();
    const words = json === undefined ? "" : outside(this.schema, parse(json));
    this.box.classList.toggle("out", Boolean(words));
    const text = this.fault || words;
    if (this.said.textContent !== text) this.said.textContent = text;
    return Boolean(words);
  }

  tell(fault) {
    this.fault = fault;
    this.box.classList.toggle("wrong", Boolean(fault));
    if (fault) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    this.mark();
  }

  focus() { this.input.focus(); }
}
