"use strict";

// Charts: each is drawn for the available width, in the page's colors.
const [INK, BLUE, SKY] = ["#333333", "#0072B2", "#56B4E9"];
const dark = matchMedia("(prefers-color-scheme: dark)");

function specificationOf(node) {
  const width = Math.max(260, node.clientWidth - 4);
  const narrow = width < 600;
  const text = document.getElementById("chart-" + node.dataset.chart).textContent;
  const ink = text.includes('"renderer":"canvas"') ? getComputedStyle(node).color : "currentColor";
  const spec = JSON.parse(text, (key, value) => {
    if (value === INK) return ink;
    if (value === BLUE && dark.matches) return SKY;
    return key === "labelLimit" && narrow ? Math.min(value, 130) : value;
  });
  delete spec.title;  // the figure's caption has it
  const panels = spec.concat || spec.vconcat || (spec.columns ? [spec.spec] : []);
  if (panels.length) {
    const views = panels.flatMap(panel => panel.vconcat || [panel]);  // a panel may be two views, one below the other
    const labels = spec.usermeta?.labels || 90;  // the width of what stands beside a view
    const columns = Math.max(1, Math.min(spec.columns || 1, Math.floor(width / (views[0].width + labels))));
    if (spec.columns) spec.columns = columns;
    const room = width - 20 - (narrow ? Math.min(labels, 190) : labels);
    if (columns === 1) views.forEach(view => { view.width = Math.min(spec.vconcat ? 600 : 340, room); });
    if (narrow) spec.config.legend.orient = "bottom";
  } else {
    spec.width = Math.min(720, width);
    spec.autosize = { type: "fit-x", contains: "padding" };
    if (narrow) spec.config.legend.columns = 1;
  }
  spec.background = null;
  return spec;
}

// The library that draws, which the page holds deflated.
async function library() {
  const packed = atob(document.getElementById("charts-library").textContent);
  const bytes = Uint8Array.from(packed, letter => letter.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const script = document.createElement("script");
  script.textContent = await new Response(unpacked).text();
  document.head.append(script);
}

async function draw(node) {
  node.dataset.width = node.clientWidth;
  const options = { renderer: "svg", actions: false, logLevel: 1, tooltip: { theme: dark.matches ? "dark" : "light" } };
  await vegaEmbed(node, specificationOf(node), options);
  node.dataset.drawn = "yes";
}

const charts = [...document.querySelectorAll("[data-chart]")];
const drawAll = () => Promise.all(charts.map(draw));
library().then(drawAll).then(() => { document.documentElement.dataset.ready = "yes"; });
dark.addEventListener("change", drawAll);
let waiting;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => charts.filter(node => node.clientWidth != node.dataset.width).forEach(draw), 200);
});

// Tables: a click on a heading sorts the rows, the text field filters them.
function number(text) {
  const value = parseFloat(text.replace(/−/g, "-").replace(/,/g, ""));
  return Number.isNaN(value) ? null : value;
}

function compare(a, b) {
  const [x, y] = [number(a), number(b)];
  if (x !== null && y !== null) return x - y || a.localeCompare(b, "en", { numeric: true });
  if (x === null && y === null) return a.localeCompare(b, "en", { numeric: true });
  return x === null ? 1 : -1;
}

function sort(table, heading, place) {
  const down = heading.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("[aria-sort]").forEach(other => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row, index) => [row.cells[place].textContent.trim(), index, row]);
  rows.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])) || a[1] - b[1]);
  body.append(...rows.map(([, , row]) => row));
}

document.querySelectorAll("table.sortable").forEach(table => {
  [...table.tHead.rows[table.tHead.rows.length - 1].cells].forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sort(table, heading, place));
  });
});

document.querySelectorAll("table[data-filter]").forEach(table => {
  const label = document.createElement("label");
  const input = document.createElement("input");
  label.className = "filter";
  input.type = "search";
  label.append(table.dataset.filter, input);
  table.parentNode.before(label);
  input.addEventListener("input", () => {
    const sought = input.value.trim().toLowerCase();
    for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(sought);
  });
});

// Where the contents stand above the text they start closed.
if (matchMedia("(max-width: 74.99rem)").matches) document.querySelector("nav details").open = false;
