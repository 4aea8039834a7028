// The sum of the seats against what is planned, while one types.
const form = document.querySelector("[data-seats]");
const planned = Number(form.dataset.seats);
const show = (name, text, hidden) => {
  form.querySelector(`[data-seats-${name}-number]`).textContent = text;
  form.querySelector(`[data-seats-${name}]`).hidden = hidden;
};

form.addEventListener("input", () => {
  let sum = 0;
  for (const input of form.querySelectorAll("[data-seat]")) {
    const text = input.value.trim();
    const good = /^\d{0,4}$/.test(text);
    input.setAttribute("aria-invalid", String(!good));
    sum += good ? Number(text) : 0;
  }
  form.querySelector("[data-seats-sum]").textContent = sum;
  show("left", planned - sum, sum > planned);
  show("over", sum - planned, sum <= planned);
});
