// Draws a chart from the table beside it. The table is the truth: it is there without JavaScript and for screen
// readers, and "As a table" shows it instead. Bars and points open what their cell links to.
const TEXTS = new Set(["text", "day"]);
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], [1, 4]];
const POINTS = ["circle", "rect", "triangle", "rectRot", "crossRot"];
const SERIES = 5;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = new Map();

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colour = (at) => token(`--series-${(at % SERIES) + 1}`);

// Besides its colour each series has its own texture, so that nobody needs the colours.
const texture = (at, ink) => {
  if (at === 0) return ink;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 10;
  const pen = tile.getContext("2d");
  pen.fillStyle = ink;
  pen.strokeStyle = token("--ground");
  pen.fillRect(0, 0, 10, 10);
  pen.globalAlpha = 0.6;
  pen.lineWidth = 1.5;
  pen.beginPath();
  if (at % SERIES === 1) for (const x of [-10, 0, 10]) pen.moveTo(x, 10), pen.lineTo(x + 10, 0);
  if (at % SERIES === 2) pen.rect(4, 4, 2, 2);
  if (at % SERIES === 3) pen.moveTo(0, 5), pen.lineTo(10, 5);
  if (at % SERIES === 4) for (const x of [-10, 0, 10]) pen.moveTo(x, 0), pen.lineTo(x + 10, 10), pen.moveTo(x, 10), pen.lineTo(x + 10, 0);
  pen.stroke();
  return pen.createPattern(tile, "repeat");
};

const read = (table) => {
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const series = heads
    .map((head, at) => ({ head, at }))
    .filter(({ head, at }) => at > 0 && !TEXTS.has(head.dataset.kind) && !("notDrawn" in head.dataset))
    .map(({ head, at }) => ({
      name: head.textContent,
      kind: head.dataset.kind,
      values: rows.map((cells) => (cells[at].dataset.value === "" ? null : Number(cells[at].dataset.value))),
      words: rows.map((cells) => cells[at].textContent.trim()),
      links: rows.map((cells) => cells[at].querySelector("a")?.href),
    }));
  return { labels: rows.map((cells) => cells[0].firstChild.textContent.trim()), series };
};

// Long names take a second line instead of being cut.
const wrapped = (label, most) => {
  const lines = [""];
  for (const word of label.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length > most && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

// The legend shows a line's dashes, which the library leaves out.
const legends = (chart) =>
  Chart.defaults.plugins.legend.labels.generateLabels(chart).map((one) => ({ ...one, lineDash: chart.data.datasets[one.datasetIndex].borderDash }));

const dataset = (kind) => (one, at) => {
  const ink = colour(at);
  const line = { borderColor: ink, backgroundColor: ink, borderWidth: 2, borderDash: DASHES[at % DASHES.length], pointStyle: POINTS[at % POINTS.length], pointRadius: 3.5, pointHoverRadius: 5, tension: 0, spanGaps: false };
  const bar = { backgroundColor: texture(at, ink), borderColor: ink, borderWidth: 1, borderRadius: 2, maxBarThickness: 44 };
  return { label: one.name, data: one.values, ...(kind === "line" ? line : bar) };
};

const draw = (canvas, table) => {
  const kind = canvas.dataset.chart;
  const { labels, series } = read(table);
  const lying = kind !== "line" && (labels.length > 12 || labels.some((label) => label.length > 16));
  const open = (points) => series[points[0]?.datasetIndex]?.links[points[0].index];
  const axis = { grid: { color: token("--line") }, border: { color: token("--line") }, ticks: { color: token("--quiet"), maxRotation: 0, autoSkipPadding: 12 }, stacked: kind === "stacked" };
  const amount = { ...axis, beginAtZero: true, ticks: { ...axis.ticks, precision: series.every((one) => one.kind === "count") ? 0 : undefined } };
  const names = { ...axis, grid: { display: false }, ticks: { ...axis.ticks, autoSkip: !lying, ...(lying && { callback: (at) => wrapped(labels[at], canvas.clientWidth < 500 ? 18 : 34) }) } };
  canvas.closest("[data-chart-box]").style.height = lying ? `${labels.length * (labels.some((label) => label.length > 18) ? 34 : 26) + 60}px` : "";
  return new Chart(canvas, {
    type: kind === "line" ? "line" : "bar",
    data: { labels, datasets: series.map(dataset(kind)) },
    options: {
      animation: still.matches ? false : { duration: 250 },
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: lying ? "y" : "x",
      interaction: { mode: "nearest", intersect: kind !== "line" },
      font: { family: getComputedStyle(document.body).fontFamily },
      scales: lying ? { x: amount, y: names } : { x: names, y: amount },
      plugins: {
        legend: { display: series.length > 1, position: "bottom", labels: { color: token("--ink"), ...(kind === "line" ? { usePointStyle: true, pointStyle: "line", pointStyleWidth: 30, generateLabels: legends } : { boxWidth: 14 }) } },
        tooltip: { callbacks: { label: (point) => `${series[point.datasetIndex].name}: ${series[point.datasetIndex].words[point.dataIndex]}` } },
      },
      onHover: (event, points) => { event.native.target.style.cursor = open(points) ? "pointer" : ""; },
      onClick: (_event, points) => { if (open(points)) location.assign(open(points)); },
    },
  });
};

const redraw = (canvas) => {
  const { table, chart } = drawn.get(canvas);
  chart?.destroy();
  drawn.set(canvas, { table, chart: draw(canvas, table) });
};

const show = (panel, asTable) => {
  const box = panel.querySelector("[data-chart-box]");
  const button = panel.querySelector("[data-as-table]");
  panel.classList.toggle("is-drawn", !asTable);
  box.hidden = asTable;
  button.setAttribute("aria-pressed", String(asTable));
};

const begin = (panel) => {
  const canvas = panel.querySelector("[data-chart]");
  if (!canvas || typeof Chart === "undefined") return;
  const button = panel.querySelector("[data-as-table]");
  const box = panel.querySelector("[data-table-box]");
  button.hidden = false;
  button.addEventListener("click", () => show(panel, panel.classList.contains("is-drawn")));
  box.addEventListener("focusin", () => show(panel, true)); // who walks the links with the keyboard sees them
  show(panel, false);
  drawn.set(canvas, { table: box.querySelector("table"), chart: null });
  redraw(canvas);
};

const start = () => {
  if (typeof Chart !== "undefined") Chart.defaults.font.size = 12;
  for (const panel of document.querySelectorAll("[data-counted]")) begin(panel);
  new MutationObserver(() => { for (const canvas of drawn.keys()) redraw(canvas); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
  // Paper is white: a dark page is printed as the light one.
  const root = document.documentElement;
  const paint = (theme) => {
    root.setAttribute("data-bs-theme", theme);
    for (const canvas of drawn.keys()) {
      redraw(canvas);
      drawn.get(canvas).chart.update("none"); // at once: paper does not wait
    }
  };
  let worn = "";
  addEventListener("beforeprint", () => { worn = root.getAttribute("data-bs-theme"); paint("light"); });
  addEventListener("afterprint", () => paint(worn || "light"));
};

start();
