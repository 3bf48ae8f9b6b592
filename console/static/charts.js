/* Charts, drawn from the tables beneath them. ES2015; without this file the tables stand alone.
   A click on a bar or a point follows the link that stands in its cell. */
(function () {
  "use strict";
  var HUES = ["#1456a8", "#c47700", "#1b6b3a", "#b3261e", "#5f6b78", "#5f8fcf"];
  var INK = "#1d2733", LINE = "#dde2e8";
  var drawn = [];

  function each(list, what) { Array.prototype.forEach.call(list, what); }
  function words(cell) { return cell.textContent.trim(); }

  function read(table) {
    var found = { names: [], series: [] };
    each(table.querySelectorAll("tbody tr"), function (row) {
      var cells = row.querySelectorAll("td[data-value]");
      if (!cells.length) { return; }
      var note = row.getAttribute("data-note");
      found.names.push(words(row.querySelector("th")) + (note ? "\n" + note : ""));
      each(cells, function (cell, place) {
        if (!found.series[place]) {
          found.series[place] = { name: words(table.querySelectorAll("thead th")[cell.cellIndex]), values: [], links: [] };
        }
        var value = cell.getAttribute("data-value"), link = cell.querySelector("a");
        found.series[place].values.push(value === "" ? null : Number(value));
        found.series[place].links.push(link && link.getAttribute("href"));
      });
    });
    return found;
  }

  // What a screen reader says: each name with its number, as in the table.
  function spoken(title, read) {
    return title + ": " + read.series.map(function (one) {
      return one.name + ": " + read.names.map(function (name, place) {
        return name.replace("\n", " ") + " " + (one.values[place] === null ? "—" : one.values[place]);
      }).join(", ");
    }).join("; ");
  }

  function base(title, read) {
    return {
      color: HUES,
      animation: false,
      textStyle: { fontFamily: window.getComputedStyle(document.body).fontFamily, color: INK },
      aria: { enabled: true, label: { description: spoken(title, read) }, decal: { show: true } },
      tooltip: { renderMode: "richText", confine: true },
      grid: { left: 8, right: 44, top: 10, bottom: 6, containLabel: true },
      series: read.series.map(function (one) { return { name: one.name, data: one.values }; })
    };
  }

  function bars(title, read) {
    var option = base(title, read);
    option.xAxis = { type: "value", minInterval: 1, axisLabel: { show: false }, splitLine: { show: false } };
    option.yAxis = {
      type: "category", data: read.names, inverse: true, axisTick: { show: false },
      axisLabel: { color: INK }, axisLine: { lineStyle: { color: LINE } }
    };
    option.series.forEach(function (one) {
      one.type = "bar";
      one.barMaxWidth = 22;
      one.label = { show: true, position: "right", color: INK };
    });
    return option;
  }

  function lines(title, read) {
    var option = base(title, read);
    option.legend = { top: 0, right: 0, itemWidth: 34, textStyle: { color: INK } };
    option.grid.top = 34;
    option.grid.right = 18;
    option.tooltip.trigger = "axis";
    option.xAxis = { type: "category", data: read.names, axisLabel: { color: INK }, axisLine: { lineStyle: { color: LINE } } };
    option.yAxis = { type: "value", minInterval: 1, axisLabel: { color: INK }, splitLine: { lineStyle: { color: LINE } } };
    option.series.forEach(function (one, place) {
      one.type = "line";
      one.symbol = place ? "rect" : "circle";
      one.symbolSize = 8;
      one.lineStyle = { width: 2, type: place ? "dashed" : "solid" };
    });
    return option;
  }

  // Sums as people of the page's language write them: 31.4 万 or ¥314k.
  function money(yuan) {
    function short(by) { return Math.round(yuan / by * 10) / 10; }
    if (document.documentElement.lang === "en") {
      return "¥" + (yuan >= 1000000 ? short(1000000) + "m" : yuan >= 10000 ? short(1000) + "k" : yuan);
    }
    return yuan >= 10000 ? short(10000) + " 万元" : yuan + " 元";
  }
  function told(value) { return value === null || value === undefined ? "—" : money(value); }

  function upright(title, read) {
    var option = lines(title, read);
    option.xAxis.axisLabel.interval = 0;
    option.xAxis.axisLabel.hideOverlap = true; // on a telephone twelve months do not stand beside each other
    option.xAxis.axisLabel.lineHeight = 15;
    option.series.forEach(function (one) {
      one.type = "bar";
      one.barMaxWidth = 26;
    });
    return option;
  }

  // What was due in each month, in its parts. A month of which nothing is known has no bar, and says so beneath.
  function stack(title, read) {
    var option = upright(title, read);
    option.color = [HUES[2], HUES[1], HUES[3], HUES[5]];
    option.yAxis.axisLabel.formatter = money;
    option.tooltip.valueFormatter = told;
    option.series.forEach(function (one) { one.stack = "all"; });
    return option;
  }

  // A count in bars, by the left axis, and a sum as a line, by the right one.
  function trend(title, read) {
    var option = upright(title, read), sum = option.series[1];
    option.yAxis = [option.yAxis, {
      type: "value", axisLabel: { color: INK, formatter: money }, splitLine: { show: false }
    }];
    sum.type = "line";
    sum.yAxisIndex = 1;
    sum.connectNulls = false;
    sum.tooltip = { valueFormatter: told };
    return option;
  }

  var KINDS = { bars: bars, steps: bars, lines: lines, stack: stack, trend: trend };

  // An image leaves the page, so it says itself what it shows.
  function titled(chart, title, option) {
    chart.setOption({
      title: { text: title, left: 8, top: 4, textStyle: { fontSize: 15, color: INK } },
      legend: option.legend ? { top: 30 } : undefined,
      grid: { top: option.grid.top + 34 }
    });
    var image = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#fff" });
    chart.setOption(option, true);
    return image;
  }

  function draw(card) {
    var found = read(card.querySelector("table"));
    var plot = card.querySelector("[data-plot]");
    if (!found.names.length) { return; }
    plot.hidden = false;
    var chart = window.echarts.init(plot, null, { locale: document.documentElement.lang === "en" ? "EN" : "ZH" });
    var title = card.getAttribute("data-title");
    var option = (KINDS[card.getAttribute("data-chart")] || bars)(title, found);
    chart.setOption(option);
    chart.on("click", function (hit) {
      var link = hit.componentType === "series" && found.series[hit.seriesIndex].links[hit.dataIndex];
      if (link) { window.location.assign(link); }
    });
    card.querySelector("details").open = false;
    var save = card.querySelector("[data-save]");
    save.hidden = false;
    save.addEventListener("click", function () {
      var link = document.createElement("a");
      link.href = titled(chart, title, option);
      link.download = card.getAttribute("data-name") + ".png";
      document.body.appendChild(link);
      link.click();
      link.remove();
    });
    drawn.push(chart);
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (window.echarts) { each(document.querySelectorAll("[data-chart]"), draw); }
    each(document.querySelectorAll("[data-print]"), function (button) {
      button.hidden = false;
      button.addEventListener("click", function () { window.print(); });
    });
  });
  window.addEventListener("resize", function () { drawn.forEach(function (chart) { chart.resize(); }); });
  // Paper has no fold: every table is printed under its chart.
  window.addEventListener("beforeprint", function () {
    each(document.querySelectorAll("[data-chart] details"), function (fold) { fold.open = true; });
  });
})();
