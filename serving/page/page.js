// The page: lists of models and versions, photos in, answers out. Everything shown is set as text, never as HTML.

import { comparisonOptions, milliseconds, percent, predictPath, problem, summary, verdict, versionOptions } from "./answers.js";
import { candidateRows, checks, classTable, facts, headline, summaryLine } from "./cards.js";
import { fetchAllowed } from "./token.js";

const TOP_CLASSES = 5;
const FEW_CLASSES = 12;
const LOOK_AGAIN_MS = 3000;
const find = (id) => document.getElementById(id);
const copy = (id) => find(id).content.firstElementChild.cloneNode(true);
let models = [];
let queue = Promise.resolve();

class Refusal extends Error {
  constructor(status, reason) {
    super(problem(status, reason));
    this.status = status;
  }
}

function make(tag, text, className = "") {
  const element = document.createElement(tag);
  [element.textContent, element.className] = [text, className];
  return element;
}

function setState(text, isProblem = false) {
  [find("state").textContent, find("state").className] = [text, isProblem ? "problem" : ""];
}

async function request(path, options) {
  const response = await fetchAllowed(path, options).catch(() => {
    throw new Refusal(0, "The server does not answer");
  });
  const answer = await response.json().catch(() => ({ error: `The server answered ${response.status}` }));
  if (!response.ok) throw new Refusal(response.status, answer.error);
  return answer;
}

// Models and versions

function setOptions(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(({ value, text }) => new Option(text, value)));
  select.disabled = options.length < 2;
  if (options.some(({ value }) => value === chosen)) select.value = chosen;
}

const chosenModel = () => models.find(({ name }) => name === find("model").value);
const chosenVersions = () => [find("first").value, find("second").value].filter((version) => version);

function showVersions() {
  const options = versionOptions(chosenModel());
  setOptions(find("first"), options);
  setOptions(find("second"), comparisonOptions(options, find("first").value));
  const versions = chosenModel().versions.filter(({ version }) => chosenVersions().includes(version));
  find("cards").replaceChildren(...versions.map(makeCard));
}

async function loadModels() {
  ({ models } = await request("models.json"));
  find("empty").hidden = models.length > 0;
  find("tool").hidden = find("about").hidden = !models.length;
  if (!models.length) return;
  setOptions(find("model"), models.map(({ name }) => ({ value: name, text: name })));
  showVersions();
}

async function lookForModels() {
  try {
    await loadModels();
    setState("");
  } catch (refusal) {
    setState(refusal.message, true);
  }
  if (!models.length) setTimeout(lookForModels, LOOK_AGAIN_MS);
}

// Cards

function makeRow(values) {
  const row = document.createElement("tr");
  const [name, ...others] = values;
  const head = make("th", name);
  head.scope = "row";
  row.append(head, ...others.map((value) => make("td", value)));
  return row;
}

function fillEvaluation(card, version) {
  card.querySelector(".missing").hidden = Boolean(version.evaluation);
  card.querySelector(".evaluation").hidden = !version.evaluation;
  if (!version.evaluation) return;
  for (const [value, term] of headline(version)) {
    const pair = document.createElement("div");
    pair.append(make("dt", term), make("dd", value));
    card.querySelector(".figures").append(pair);
  }
  card.querySelector(".candidates tbody").append(...candidateRows(version.evaluation).map(makeRow));
}

function fillClasses(details, version) {
  const { title, heads, rows } = classTable(version);
  details.querySelector("summary").textContent = title;
  for (const name of heads) {
    const head = make("th", name);
    head.scope = "col";
    details.querySelector("thead tr").append(head);
  }
  if (heads.length) details.querySelector("tbody").append(...rows.map(makeRow));
  else details.querySelector("table").replaceWith(make("p", rows.join(", ")));
  details.open = rows.length <= FEW_CLASSES;
}

function makeCard(version) {
  const card = copy("card");
  card.querySelector("h3").textContent = `Version ${version.version}`;
  card.querySelector(".summary").textContent = summaryLine(version);
  fillEvaluation(card, version);
  const marks = checks(version).map(({ holds, text }) => make("li", text, holds ? "holds" : "problem"));
  card.querySelector(".checks").append(...marks);
  fillClasses(card.querySelector(".classes"), version);
  for (const [term, value] of facts(version)) card.querySelector(".facts").append(make("dt", term), make("dd", value));
  return card;
}

// Photos and answers

async function ask(photo, model, version) {
  const started = performance.now();
  const answer = await request(predictPath(model, version, TOP_CLASSES), { method: "POST", body: photo });
  return { ...answer, latency: performance.now() - started };
}

function showAnswer(section, answer) {
  section.querySelector(".time").textContent = `${milliseconds(answer.latency)}, there and back`;
  for (const { label, score } of answer.classes) {
    const item = copy("class");
    item.querySelector(".label").textContent = label;
    item.querySelector(".share").textContent = percent(score);
    item.querySelector("rect").setAttribute("width", `${score * 100}%`);
    section.querySelector("ol").append(item);
  }
}

async function classifyWith(section, photo, model, version) {
  try {
    const answer = await ask(photo, model, version);
    showAnswer(section, answer);
    return answer;
  } catch (refusal) {
    [section.querySelector(".time").textContent, section.querySelector(".time").className] = [refusal.message, "problem"];
    if (refusal.status === 404) await lookForModels();
    return {};
  }
}

function showPhoto(photo, versions) {
  const article = copy("photo");
  const image = article.querySelector("img");
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    URL.revokeObjectURL(image.src);
    image.replaceWith(make("p", "no preview", "preview"));
  };
  image.src = URL.createObjectURL(photo);
  article.setAttribute("aria-label", photo.name);
  article.querySelector("h3").textContent = photo.name;
  const sections = versions.map((version) => {
    const section = copy("answer");
    section.querySelector("h4").textContent = `Version ${version}`;
    return section;
  });
  article.querySelector(".columns").append(...sections);
  return { article, sections };
}

/** Returns whether every version answered. */
async function classify(photo, model, versions, { article, sections }) {
  const answers = [];
  // One after the other, so that the times are those of a server that does nothing else.
  for (const [place, version] of versions.entries()) {
    answers.push(await classifyWith(sections[place], photo, model, version));
  }
  const compared = article.querySelector(".verdict");
  compared.textContent = verdict(answers);
  compared.hidden = !compared.textContent;
  return answers.every(({ label }) => label !== undefined);
}

async function classifyAll(photos, model, versions) {
  const shown = photos.map((photo) => showPhoto(photo, versions));
  find("found").hidden = false;
  find("results").prepend(...shown.map(({ article }) => article));
  let failed = 0;
  for (const [place, photo] of photos.entries()) {
    setState(`Photo ${place + 1} of ${photos.length} is being classified`);
    if (!(await classify(photo, model, versions, shown[place]))) failed += 1;
  }
  setState(summary(photos.length, failed), failed > 0);
}

function take(files) {
  const photos = [...files];
  if (!photos.length || !models.length) return;
  const [model, versions] = [find("model").value, chosenVersions()];
  queue = queue.then(() => classifyAll(photos, model, versions));
}

function listen() {
  find("choices").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["model", "first", "second"]) find(id).addEventListener("change", showVersions);
  find("photos").addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
  });
  find("clear").addEventListener("click", () => {
    find("results").replaceChildren();
    find("found").hidden = true;
    setState("");
    find("photos").focus();
  });
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      find("drop").classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
}

listen();
lookForModels();
