// The page: lists of models and versions, photos in, answers out. Everything shown is set as text, never as HTML.

import { cardFacts, differ, milliseconds, percent, predictPath, versionOptions } from "./answers.js";
import { fetchAllowed } from "./token.js";

const TOP_CLASSES = 5;
const find = (id) => document.getElementById(id);
const copy = (id) => find(id).content.firstElementChild.cloneNode(true);
const setState = (text) => (find("state").textContent = text);
let models = [];
let queue = Promise.resolve();

function setOptions(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(({ value, text }) => new Option(text, value)));
  if (options.some(({ value }) => value === chosen)) select.value = chosen;
}

const chosenModel = () => models.find(({ name }) => name === find("model").value);

function chosenVersions() {
  const [first, second] = [find("first").value, find("second").value];
  return second && second !== first ? [first, second] : [first];
}

function showVersions() {
  const options = versionOptions(chosenModel());
  setOptions(find("first"), options);
  setOptions(find("second"), [{ value: "", text: "none" }, ...options]);
  showCards();
}

function showCards() {
  const versions = chosenModel().versions.filter(({ version }) => chosenVersions().includes(version));
  find("cards").replaceChildren(...versions.map(makeCard));
}

function makeCard(version) {
  const card = copy("card");
  card.querySelector("h3").textContent = `Version ${version.version}`;
  for (const [term, value] of cardFacts(version)) {
    const [name, text] = [document.createElement("dt"), document.createElement("dd")];
    [name.textContent, text.textContent] = [term, value];
    card.querySelector("dl").append(name, text);
  }
  return card;
}

async function loadModels() {
  const response = await fetchAllowed("models.json");
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  models = answer.models;
  if (!models.length) throw new Error("There is no model yet; load the page again when one is pushed.");
  setOptions(find("model"), models.map(({ name }) => ({ value: name, text: name })));
  showVersions();
}

async function ask(photo, model, version) {
  const started = performance.now();
  const response = await fetchAllowed(predictPath(model, version, TOP_CLASSES), { method: "POST", body: photo });
  const answer = await response.json().catch(() => ({ error: `The server answered ${response.status}` }));
  if (!response.ok) throw new Error(answer.error);
  return { ...answer, latency: performance.now() - started };
}

function showAnswer(section, answer) {
  section.querySelector(".time").textContent = `${milliseconds(answer.latency)}, there and back`;
  for (const { label, score } of answer.classes) {
    const item = copy("class");
    item.querySelector(".label").textContent = label;
    item.querySelector(".share").textContent = percent(score);
    item.querySelector("meter").value = score;
    section.querySelector("ol").append(item);
  }
}

async function classifyWith(version, photo, model, columns) {
  const section = copy("answer");
  section.querySelector("h3").textContent = `Version ${version}`;
  columns.append(section);
  try {
    const answer = await ask(photo, model, version);
    showAnswer(section, answer);
    return answer;
  } catch (problem) {
    section.querySelector(".time").textContent = problem.message;
    section.querySelector(".time").className = "problem";
    return {};
  }
}

function showPhoto(photo) {
  const article = copy("photo");
  const image = article.querySelector("img");
  image.src = URL.createObjectURL(photo);
  image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
  article.querySelector("figcaption").textContent = photo.name;
  find("found").hidden = false;
  find("results").prepend(article);
  return article;
}

async function classify(photo, model, versions) {
  const article = showPhoto(photo);
  const answers = [];
  // One after the other, so that the times are those of a server that does nothing else.
  for (const version of versions) {
    answers.push(await classifyWith(version, photo, model, article.querySelector(".columns")));
  }
  if (differ(answers)) article.querySelector("figcaption").textContent += ": the versions differ";
}

async function classifyAll(photos, model, versions) {
  for (const [done, photo] of photos.entries()) {
    setState(`Photo ${done + 1} of ${photos.length} is being classified`);
    await classify(photo, model, versions);
  }
  setState(photos.length === 1 ? "1 photo is done" : `${photos.length} photos are done`);
}

function take(files) {
  const photos = [...files];
  if (!photos.length || !models.length) return;
  const [model, versions] = [find("model").value, chosenVersions()];
  queue = queue.then(() => classifyAll(photos, model, versions));
}

function listen() {
  find("choices").addEventListener("submit", (event) => event.preventDefault());
  find("model").addEventListener("change", showVersions);
  find("first").addEventListener("change", showCards);
  find("second").addEventListener("change", showCards);
  find("photos").addEventListener("change", (event) => {
    take(event.target.files);
    event.target.value = "";
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
loadModels().catch((problem) => setState(problem.message));
