// The few things that need no server: long texts, the menu, passwords, keys, printing.
(function () {
  "use strict";
  var d = document;

  function toggleLongText(button) {
    var open = d.getElementById(button.getAttribute("aria-controls")).classList.toggle("open");
    button.setAttribute("aria-expanded", open);
    button.textContent = open ? "Thu gọn" : "Xem hết";
  }

  function togglePassword(button) {
    var input = d.getElementById(button.getAttribute("aria-controls"));
    var show = input.type === "password";
    input.type = show ? "text" : "password";
    button.setAttribute("aria-pressed", show);
    button.textContent = show ? "Ẩn" : "Hiện";
  }

  function closeMenus(except) {
    d.querySelectorAll("details.who-m[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }

  d.addEventListener("click", function (event) {
    var long = event.target.closest("[data-more]");
    var password = event.target.closest("[data-show-password]");
    if (long) toggleLongText(long);
    if (password) togglePassword(password);
    if (event.target.closest("[data-print]")) window.print();
    closeMenus(event.target.closest("details.who-m"));
  });

  d.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "Escape") closeMenus(null);
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "/") {
      var search = d.querySelector('[data-key="/"]');
      if (search) { event.preventDefault(); search.focus(); }
    }
    if (event.key === "j" || event.key === "k") {
      var rows = Array.prototype.slice.call(d.querySelectorAll("[data-row]"));
      var here = rows.indexOf(event.target.closest("[data-row]"));
      var next = rows[Math.max(0, Math.min(rows.length - 1, here + (event.key === "j" ? 1 : -1)))];
      if (next) next.focus();
    }
  });

  // Buttons that only work with this script appear with it.
  d.querySelectorAll("[data-needs-script]").forEach(function (element) { element.hidden = false; });
})();
