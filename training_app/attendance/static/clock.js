// A running clock by the server's time: a screenshot of this page stands still.
const shown = document.querySelector("[data-clock]");

if (shown) {
  const offset = Number(shown.dataset.clock) - performance.now();
  const format = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  const tick = () => {
    shown.textContent = format.format(new Date(offset + performance.now()));
  };
  tick();
  setInterval(tick, 250);
}
