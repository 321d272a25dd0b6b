// One click copies a value or a whole column. On plain http the browser gives no clipboard: then a
// hidden text field and the old command do it.
(function () {
  "use strict";
  var d = document;

  function valueOf(element) {
    if (element.hasAttribute("data-copy-value")) return element.getAttribute("data-copy-value");
    return (element.tagName === "INPUT" ? element.value : element.textContent).trim();
  }

  function oldWay(text) {
    var field = d.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    field.className = "visually-hidden";
    d.body.appendChild(field);
    field.select();
    var done = false;
    try { done = d.execCommand("copy"); } catch (error) { done = false; }
    field.remove();
    return done;
  }

  function tell(button, done) {
    var words = done ? "Đã chép" : "Trình duyệt không cho chép; hãy bôi đen rồi bấm Ctrl+C";
    var place = d.querySelector("[data-copied]");
    if (place) place.textContent = words;
    if (!button.dataset.label) button.dataset.label = button.innerHTML;
    button.textContent = words;
    window.clearTimeout(button.waiting);
    button.waiting = window.setTimeout(function () {
      button.innerHTML = button.dataset.label;
      if (place) place.textContent = "";
    }, 2500);
  }

  function copy(button, text) {
    function fallBack() { tell(button, oldWay(text)); button.focus(); }
    if (!navigator.clipboard) return fallBack();
    navigator.clipboard.writeText(text).then(function () { tell(button, true); }, fallBack);
  }

  // The whole column in the form's order; a heading is an empty line.
  function column() {
    return Array.prototype.map.call(d.querySelectorAll("[data-column], td.num input.num"), function (cell) {
      return cell.getAttribute("scope") ? "" : valueOf(cell);
    }).join("\n");
  }

  d.addEventListener("click", function (event) {
    var one = event.target.closest("[data-copy]");
    var all = event.target.closest("[data-copy-column]");
    if (one) copy(one, valueOf(d.getElementById(one.getAttribute("data-copy"))));
    if (all) copy(all, column());
  });
})();
