// Charts: drawn by ECharts from the numbers a page gives, with the same numbers as a table; a click opens the rows behind a value.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, PieChart,
  GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
  SVGRenderer,
]);

// Names beside bars take at most this share of the width; longer ones go on in a second line.
const NAMES_SHARE = 0.34;
const drawn = new Map();
const number = new Intl.NumberFormat(document.documentElement.lang || "zh-CN", { maximumFractionDigits: 2 });
const shown = (value) => (value === null || value === undefined ? "" : number.format(value));

for (const place of document.querySelectorAll(".zx-chart")) start(place);
document.addEventListener("zx:replaced", (event) => {
  for (const place of event.detail.element.querySelectorAll(".zx-chart")) start(place);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-chart-switch]");
  if (button) toggle(button);
});
window.addEventListener("resize", () => {
  for (const chart of drawn.values()) chart.resize();
});
window.addEventListener("beforeprint", () => {
  for (const chart of drawn.values()) chart.resize({ width: 640 });
});
window.addEventListener("afterprint", () => {
  for (const chart of drawn.values()) chart.resize({ width: "auto" });
});

async function start(place) {
  try {
    const data = place.dataset.chart ? JSON.parse(place.dataset.chart) : await load(place.dataset.chartUrl);
    if (isEmpty(data)) say(place, place.dataset.empty);
    else draw(place, data);
  } catch (error) {
    say(place, place.dataset.failed);
    console.error(error);
  }
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.json();
}

function isEmpty(data) {
  return data.kind === "heatmap" ? !data.data?.length : !data.series?.some((each) => each.data.length);
}

function say(place, sentence) {
  place.classList.add("is-s");
  const note = document.createElement("p");
  note.className = "zx-empty";
  note.textContent = sentence ?? "";
  place.replaceChildren(note);
}

function draw(place, data) {
  const chart = echarts.init(place, null, { renderer: "svg" });
  drawn.set(place, chart);
  chart.setOption(optionOf(data, { ...inks(), names: place.clientWidth * NAMES_SHARE }));
  chart.on("click", (event) => {
    const url = event.data?.url ?? event.data?.value?.[3];
    if (url) location.assign(url);
  });
  const table = place.nextElementSibling;
  if (table?.classList.contains("zx-chart-table")) table.replaceChildren(tableOf(data));
}

function toggle(button) {
  const panel = button.closest(".zx-chart-panel");
  const [place, table] = [panel.querySelector(".zx-chart"), panel.querySelector(".zx-chart-table")];
  place.hidden = !place.hidden;
  table.hidden = !place.hidden;
  [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
  drawn.get(place)?.resize();
}

// Colours and type come from the page's tokens, so that dark mode and large type hold here too.
function inks() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--zx-${name}`).trim();
  return {
    main: of("chart-1"), other: of("chart-2"), attention: of("chart-3"), ok: of("ok"), line: of("chart-line"),
    ink: of("ink"), ink2: of("ink-2"), ink3: of("ink-3"), hair: of("line"), surface: of("surface"), pressed: of("pressed"),
    font: of("font"), small: parseFloat(of("text-xs")), medium: parseFloat(of("text-s")),
  };
}

function optionOf(data, c) {
  const option = {
    animation: false,
    textStyle: { fontFamily: c.font, fontSize: c.medium, color: c.ink },
    tooltip: {
      renderMode: "richText",
      backgroundColor: c.surface,
      borderColor: c.hair,
      textStyle: { color: c.ink, fontSize: c.medium },
      confine: true,
    },
  };
  const kinds = { bar: bars, stack: bars, histogram: bars, line: lines, pie, heatmap };
  return { ...option, ...kinds[data.kind](data, c, option.tooltip) };
}

function axisOf(c, unit, more = {}) {
  return {
    type: "value",
    name: unit,
    nameTextStyle: { color: c.ink2, fontSize: c.small },
    axisLabel: { color: c.ink2, fontSize: c.small, formatter: shown },
    splitLine: { lineStyle: { color: c.hair } },
    ...more,
  };
}

function categoriesOf(data, c, more = {}) {
  return {
    type: "category",
    data: data.categories,
    axisLine: { lineStyle: { color: c.hair } },
    axisTick: { show: false },
    axisLabel: { color: c.ink, fontSize: c.small, hideOverlap: true },
    ...more,
  };
}

function seriesColour(at, many, c) {
  return many ? [c.main, c.other, c.attention, c.ok][at % 4] : c.main;
}

function toned(each, base, c) {
  const value = typeof each === "object" && each !== null ? each : { value: each };
  return { ...value, itemStyle: { color: value.tone ? c[value.tone] ?? base : base } };
}

function markOf(data, c) {
  if (!data.mark) return undefined;
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: c.line, type: "dashed", width: 1.2 },
    label: { formatter: data.mark.label ?? "", color: c.ink2, fontSize: c.small, position: data.horizontal ? "start" : "insideEndTop" },
    data: [data.horizontal ? { xAxis: data.mark.value } : { yAxis: data.mark.value }],
  };
}

function bars(data, c, tooltip) {
  const many = data.series.length > 1;
  const value = axisOf(c, data.horizontal ? undefined : data.unit, data.horizontal ? {
    axisLabel: { color: c.ink2, fontSize: c.small, formatter: shown },
  } : {});
  const category = categoriesOf(data, c, data.horizontal ? { inverse: true, axisLabel: { color: c.ink, fontSize: c.small, width: c.names, overflow: "break" } } : {});
  return {
    tooltip: { ...tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: c.pressed, opacity: 0.5 } }, valueFormatter: (v) => `${shown(v)}${data.unit ?? ""}` },
    legend: legendOf(many, c),
    grid: { left: 12, right: data.horizontal ? 64 : 16, top: many ? 40 : data.horizontal ? (data.mark ? 28 : 8) : 36, bottom: data.horizontal && data.unit ? 22 : 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: data.horizontal ? { ...value, name: data.unit, nameLocation: "end", nameGap: 6 } : category,
    yAxis: data.horizontal ? category : value,
    series: data.series.map((series, at) => ({
      type: "bar",
      name: series.name,
      stack: data.kind === "stack" ? "all" : undefined,
      barMaxWidth: data.kind === "histogram" ? undefined : data.horizontal ? 16 : 32,
      barCategoryGap: data.kind === "histogram" ? "4%" : "40%",
      color: seriesColour(at, many, c),
      cursor: "pointer",
      label: { show: !many, position: data.horizontal ? "right" : "top", color: c.ink, fontSize: c.small, formatter: (p) => shown(p.value) },
      data: series.data.map((each) => toned(each, seriesColour(at, many, c), c)),
      markLine: at === 0 ? markOf(data, c) : undefined,
    })),
  };
}

function lines(data, c, tooltip) {
  const many = data.series.length > 1;
  return {
    tooltip: { ...tooltip, trigger: "axis", valueFormatter: (v) => `${shown(v)}${data.unit ?? ""}` },
    legend: legendOf(many, c),
    grid: { left: 12, right: 20, top: 40, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: categoriesOf(data, c, { boundaryGap: false }),
    yAxis: axisOf(c, data.unit),
    series: data.series.map((series, at) => ({
      type: "line",
      name: series.name,
      symbol: ["circle", "rect", "triangle", "diamond"][at % 4],
      symbolSize: 7,
      lineStyle: { width: 2, type: ["solid", "dashed", "dotted", "solid"][at % 4] },
      color: seriesColour(at, many, c),
      data: series.data.map((each) => (typeof each === "object" && each !== null ? each : { value: each })),
      markLine: at === 0 ? markOf(data, c) : undefined,
    })),
  };
}

function pie(data, c, tooltip) {
  const values = data.series[0].data;
  const shades = [c.main, c.attention, c.other, c.ok, c.line, c.ink3];
  return {
    tooltip: { ...tooltip, trigger: "item", valueFormatter: (v) => `${shown(v)}${data.unit ?? ""}` },
    series: [{
      type: "pie",
      radius: ["46%", "70%"],
      itemStyle: { borderColor: c.surface, borderWidth: 2 },
      label: { color: c.ink, fontSize: c.small, formatter: (p) => `${p.name} ${shown(p.value)}` },
      labelLine: { lineStyle: { color: c.hair } },
      data: values.map((each, at) => ({ ...toned(each, shades[at % shades.length], c), name: data.categories[at] })),
    }],
  };
}

function heatmap(data, c, tooltip) {
  const values = data.data.map((each) => each[2]);
  return {
    tooltip: { ...tooltip, trigger: "item", formatter: (p) => `${data.rows[p.value[1]]} ${data.categories[p.value[0]]}  ${shown(p.value[2])}${data.unit ?? ""}` },
    grid: { left: 12, right: 16, top: 8, bottom: 44, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: categoriesOf(data, c),
    yAxis: categoriesOf({ categories: data.rows }, c, { inverse: true }),
    visualMap: {
      min: Math.min(0, ...values), max: Math.max(...values, 1), orient: "horizontal", left: "center", bottom: 0, itemHeight: 120, itemWidth: 10,
      calculable: false, textStyle: { color: c.ink2, fontSize: c.small }, inRange: { color: [c.pressed, c.main] }, text: [data.unit ?? "", ""],
    },
    series: [{ type: "heatmap", data: data.data, itemStyle: { borderColor: c.surface, borderWidth: 1 }, label: { show: data.data.length < 80, fontSize: c.small } }],
  };
}

function legendOf(many, c) {
  return many ? { top: 0, left: 12, icon: "roundRect", itemWidth: 12, itemHeight: 10, textStyle: { color: c.ink2, fontSize: c.small } } : undefined;
}

// The same numbers as a table; every number leads to its rows.
function tableOf(data) {
  const table = document.createElement("table");
  table.className = "zx-table";
  const head = table.createTHead().insertRow();
  const heat = data.kind === "heatmap";
  const titles = heat ? data.categories : data.series.map((each) => (data.unit ? `${each.name}（${data.unit}）` : each.name));
  for (const [at, title] of [data.name ?? "", ...titles].entries()) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    if (at) cell.className = "num";
    head.append(cell);
  }
  const body = table.createTBody();
  (heat ? data.rows : data.categories).forEach((name, y) => {
    const row = body.insertRow();
    const label = document.createElement("th");
    label.scope = "row";
    label.textContent = name;
    row.append(label);
    const values = heat
      ? data.categories.map((_, x) => data.data.find((each) => each[0] === x && each[1] === y)).map((each) => each && { value: each[2], url: each[3] })
      : data.series.map((series) => series.data[y]);
    for (const each of values) {
      const cell = row.insertCell();
      cell.className = "num";
      const value = typeof each === "object" && each !== null ? each.value : each;
      if (each?.url) {
        const link = document.createElement("a");
        link.href = each.url;
        link.className = "zx-number";
        link.textContent = shown(value);
        cell.append(link);
      } else cell.textContent = shown(value);
    }
  });
  return table;
}
