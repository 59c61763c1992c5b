// Many records: a table as text becomes requests, the answers a table, a plot and a file.
import { asJson, readTable, writeTable } from "./csv.js";
import { plot } from "./plot.js";
import { element, outside, parse, shown } from "./values.js";

const ROWS = 1000, BYTES = 500_000, SHOWN = 200, TRIES = 30;

/** Wire the part of the page for many records; `ask` sends JSON to the service. */
export function manyRecords(page, ask) {
  const [area, drop, file, status] = ["csv", "drop", "file", "many-status"].map((id) => document.getElementById(id));
  const run = async () => {
    const table = tableOf(page, area.value);
    if (table.problem) { status.textContent = table.problem; return; }
    document.getElementById("ask").disabled = true;
    try {
      const results = await answers(page, table, ask, (done) => {
        status.textContent = `${done} of ${table.records.length} answered …`;
      });
      show(page, table, results);
      const good = results.filter((one) => one.answer).length, bad = results.length - good;
      status.textContent = `${good} answered${bad ? `, ${bad} refused` : ""}.`;
    } finally {
      document.getElementById("ask").disabled = false;
    }
  };
  const take = async (given) => { area.value = await given.text(); await run(); };
  document.getElementById("ask").addEventListener("click", run);
  document.getElementById("sample")?.addEventListener("click", () => { area.value = sample(page); run(); });
  file.addEventListener("change", () => { if (file.files[0]) take(file.files[0]); file.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("over");
    const given = event.dataTransfer.files[0];
    if (given) { event.preventDefault(); take(given); }
  });
}

function sample(page) {
  const names = page.features.map(([name]) => name);
  return writeTable([names, ...page.examples.map(({ record }) => names.map((name) => record[name]))]);
}

/** Return columns, cells and records (JSON) of a text, with notes; or {problem}. */
function tableOf(page, text) {
  let rows = readTable(text);
  if (!rows.length) return { problem: "There is no table yet." };
  let header = rows[0].map((name) => name.trim());
  const features = new Map(page.features.map(([name, schema, required], at) => [name, { at, schema, required }]));
  if (!header.some((name) => features.has(name)) && features.size === 1) header = [...features.keys()], rows = [header, ...text.split(/\r?\n/).filter((line) => line.trim()).map((line) => [line])];
  if (!header.some((name) => features.has(name))) {
    return { problem: `No column has the name of a feature: ${[...features.keys()].slice(0, 12).join(", ")}` };
  }
  if (rows.length < 2) return { problem: "There is a header, but no row below it." };
  const columns = header.map((name, at) => ({ name, at, ...features.get(name) })).filter((one) => one.schema);
  const missing = [...features].filter(([name, one]) => one.required && !header.includes(name)).map(([name]) => name);
  const extra = header.filter((name) => name && !features.has(name));
  const notes = [];
  if (missing.length) notes.push(`Missing: ${missing.join(", ")}`);
  if (extra.length) notes.push(`Not asked for, left out: ${extra.join(", ")}`);
  const cells = rows.slice(1);
  const records = cells.map((row) => {
    const parts = columns.map((one) => [one.name, asJson(row[one.at] ?? "", one.schema, one.required)]);
    return `{${parts.filter(([, json]) => json !== undefined).map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(", ")}}`;
  });
  return { header, cells, columns, records, notes };
}

/** Return {answer} or {fault} for each record. Faulty ones are left out and the rest is asked again. */
async function answers(page, table, ask, progress) {
  const results = new Array(table.records.length);
  const most = Math.min(page.max_records, page.rowwise ? ROWS : page.max_records);
  let at = 0;
  while (at < results.length) {
    let end = at, bytes = 0;
    while (end < results.length && end - at < most && (bytes += table.records[end].length + 2) < BYTES || end === at) end++;
    if (!page.rowwise && end < results.length) {
      results.fill({ fault: "This model looks across the rows of a table, and these are too many for one request." });
      return results;
    }
    await askSome(page, table, [...Array(end - at).keys()].map((row) => at + row), ask, results);
    at = end;
    progress(at);
  }
  return results;
}

async function askSome(page, table, rows, ask, results) {
  for (let left = rows, tries = 0; left.length; tries++) {
    const { ok, body } = await ask(`[${left.map((row) => table.records[row]).join(", ")}]`);
    if (ok) { body.predictions.forEach((answer, at) => { results[left[at]] = { answer }; }); return; }
    const faults = (body.errors ?? []).filter((one) => Number.isInteger(one.record) && one.record < left.length);
    for (const { record, message } of faults) results[left[record]] ??= { fault: message };
    const rest = left.filter((row) => !results[row]);
    if (!faults.length || !page.rowwise || tries > TRIES) {
      const words = faults.length ? "not asked: other records of the table are refused" : body.error;
      for (const row of rest) results[row] = { fault: words };
      return;
    }
    left = rest;
  }
}

function show(page, table, results) {
  const names = [...new Set(results.flatMap((one) => Object.keys(one.answer ?? {})))].filter((name) => name !== "model_version");
  document.getElementById("many").hidden = false;
  document.getElementById("notes").replaceChildren(...table.notes.map((text) => element("li", {}, text)));
  const marked = fillTable(page, table, results, names);
  if (marked) document.getElementById("notes").append(element("li", { class: "mark" }, `${marked === 1 ? "1 value is" : `${marked} values are`} unlike the notebook's, and marked so.`));
  spread(page, results, names);
  const header = [...table.header, ...names.map((name) => (table.header.includes(name) ? `answer ${name}` : name))];
  const faulty = results.some((one) => one.fault);
  const rows = results.map((one, at) => [
    ...table.header.map((_, column) => table.cells[at][column]), ...names.map((name) => one.answer?.[name]), ...(faulty ? [one.fault] : [])]);
  const link = document.getElementById("download");
  URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([writeTable([[...header, ...(faulty ? ["error"] : [])], ...rows])], { type: "text/csv" }));
}

function fillTable(page, table, results, names) {
  let marked = 0;
  const title = (name, options = {}) => element("th", { scope: "col", ...options }, name);
  const head = element("tr", {}, title("#"), ...names.map((name) => title(name, { class: "now" })),
    ...table.columns.map((one) => title(one.name)));
  const body = element("tbody");
  results.forEach((one, at) => {
    const cells = table.columns.map((column) => {
      const cell = table.cells[at][column.at] ?? "", json = asJson(cell, column.schema, column.required);
      return [cell, json === undefined ? "" : outside(column.schema, parse(json))];
    });
    marked += cells.filter(([, words]) => words).length;
    if (at >= SHOWN) return;
    const found = one.fault ? [element("td", { class: "fault", colspan: Math.max(1, names.length) }, one.fault)]
      : names.map((name) => element("td", { class: "now" }, Object.hasOwn(one.answer, name) ? brief(page, one.answer[name]) : ""));
    body.append(element("tr", {}, element("th", { scope: "row" }, String(at + 1)), ...found,
      ...cells.map(([cell, words]) => element("td", words ? { class: "out", title: words } : {}, `${words ? "▲ " : ""}${cell}`))));
  });
  const more = results.length > SHOWN ? [element("caption", {}, `The first ${SHOWN} of ${results.length}; the download has all.`)] : [];
  document.getElementById("table").replaceChildren(...more, element("thead", {}, head), body);
  return marked;
}

/** Return the class that is most likely and its probability. */
function likeliest(shares) {
  return Object.entries(shares).reduce((a, b) => (b[1] > a[1] ? b : a));
}

function isShares(page, value) {
  return page.classes.length > 0 && value !== null && typeof value === "object";
}

function brief(page, value) {
  return isShares(page, value) ? likeliest(value).map(shown).join(": ") : shown(value);
}

/** Draw how the answers are spread; of several names one is chosen. */
function spread(page, results, names) {
  const figure = document.getElementById("plot");
  const values = (name) => results.filter((one) => one.answer && Object.hasOwn(one.answer, name))
    .map((one) => (isShares(page, one.answer[name]) ? likeliest(one.answer[name])[0] : one.answer[name]))
    .filter((one) => one !== null && typeof one !== "object");
  const drawable = names.filter((name) => values(name).length);
  figure.hidden = !drawable.length;
  if (!drawable.length) return;
  const draw = (name) => {
    plot(figure, name, values(name), page.notebook[name]);
    if (drawable.length < 2) return;
    const select = element("select", { "aria-label": "answer to draw" }, ...drawable.map((one) => element("option", { value: one }, one)));
    select.value = name;
    select.addEventListener("change", () => { draw(select.value); figure.querySelector("select").focus(); });
    figure.querySelector("b").replaceWith(select);
  };
  draw(drawable[0]);
}
