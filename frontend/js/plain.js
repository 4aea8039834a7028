// Pages of one narrow box and pages for paper: the few behaviours they need.
import { startConfirm } from "./confirm.js";
import { startForms } from "./forms.js";
import { startPressed } from "./pressed.js";

startConfirm();
startForms();
startPressed();
document.querySelector("[data-focus]")?.focus();
