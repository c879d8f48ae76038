"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const root = document.documentElement;
  const color = name => getComputedStyle(root).getPropertyValue(name).trim();
  const charts = [];
  const sync = uPlot.sync("steps");

  const format = value => {
    if (value == null) return "–";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
    return Number.isInteger(value) ? value.toString() : value.toPrecision(4).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  };

  // Exponential moving average, corrected for its start, over the points that exist.
  const smoothed = (values, weight) => {
    if (weight === 0) return values;
    let sum = 0, norm = 0;
    return values.map(value => {
      if (value == null) return value;
      sum = weight * sum + (1 - weight) * value;
      norm = weight * norm + (1 - weight);
      return sum / norm;
    });
  };

  const options = (chart, width, log) => ({
    width, height: 220,
    cursor: { sync: { key: sync.key, setSeries: false }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [
      { stroke: () => color("--muted"), grid: { stroke: () => color("--grid"), width: 1 }, ticks: { show: false }, size: 30 },
      { stroke: () => color("--muted"), grid: { stroke: () => color("--grid"), width: 1 }, ticks: { show: false }, size: 58,
        values: (u, marks) => marks.map(mark => mark == null ? "" : format(mark)) },
    ],
    series: [{ label: "step" }].concat(chart.series.map(series => ({
      label: series.label, stroke: () => color("--s" + series.color % 8), width: 1.6, spanGaps: true,
      points: { show: series.points <= 40, size: 5, stroke: () => color("--s" + series.color % 8), fill: () => color("--card") },
      value: (u, value) => format(value),
    }))),
  });

  const draw = () => {
    const weight = Number(document.getElementById("smooth").value);
    const log = document.getElementById("log").checked;
    for (const entry of charts) {
      if (entry.plot) { sync.unsub(entry.plot); entry.plot.destroy(); }
      const columns = [entry.chart.steps].concat(entry.chart.values.map(values => smoothed(values, weight)));
      const positive = entry.chart.values.every(values => values.every(value => value == null || value > 0));
      entry.plot = new uPlot(options(entry.chart, entry.place.clientWidth, log && positive), columns, entry.place);
    }
  };

  for (const chart of data.charts) {
    charts.push({ chart, place: document.getElementById(chart.id), plot: null });
  }

  const setTheme = theme => {
    root.dataset.theme = theme;
    document.getElementById("theme").textContent = theme === "dark" ? "Light" : "Dark";
    draw();
  };
  document.getElementById("theme").addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));
  document.getElementById("smooth").addEventListener("input", draw);
  document.getElementById("log").addEventListener("change", draw);
  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; draw(); } });
  setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
})();
