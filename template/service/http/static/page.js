// The page: one record by the form, many by a table. All that it says of the model is in data-page.
import { curl, showAnswer, showRefusal } from "./answer.js";
import { Form } from "./form.js";
import { manyRecords } from "./many.js";
import { parse } from "./values.js";

const page = parse(document.body.dataset.page);
const at = (id) => document.getElementById(id);
const form = new Form(at("form"), page.features);

/** Send JSON to the service; return whether it answered, its words, and how long it took. */
async function ask(json) {
  const began = performance.now();
  try {
    const response = await fetch("predict", { method: "POST", headers: { "content-type": "application/json" }, body: json });
    if (response.status === 401) location.reload(); // the key is none any more: the page asks for another
    const text = await response.text();
    return { ok: response.ok, body: parse(text), text, took: performance.now() - began };
  } catch {
    return { ok: false, body: { error: "The service does not answer." }, text: "", took: 0 };
  }
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { json, sound } = form.read();
  if (!sound) return;
  const marks = form.mark();
  const { ok, body, text, took } = await ask(json);
  const told = ok ? [] : form.tell(body.errors ?? []);
  if (ok) showAnswer(at("answer"), page, json, body, marks);
  else showRefusal(at("answer"), body.errors ? ["The record was refused; its fields say why.", ...told] : [body.error, ...(body.request_id ? [`Request ${body.request_id}`] : [])]);
  at("took").textContent = ok ? `${Math.max(1, Math.round(took))} ms` : "";
  at("curl").textContent = curl(json, page.locked);
  at("raw").textContent = text;
  at("call").hidden = false;
});

for (const button of document.querySelectorAll("[data-example]")) {
  button.addEventListener("click", () => { form.fill(page.examples[button.dataset.example].record); at("form").requestSubmit(); });
}

at("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(at("curl").textContent);
  } catch { // no clipboard without HTTPS: the browser's old way
    getSelection().selectAllChildren(at("curl"));
    document.execCommand("copy");
  }
  at("copy").textContent = "Copied";
  setTimeout(() => { at("copy").textContent = "Copy"; }, 1500);
});

if (page.examples.length) form.fill(page.examples[0].record);
manyRecords(page, ask);
