// Chỉ đạo tại chỗ: Esc hoặc "Thôi" đóng biểu mẫu, Ctrl+Enter gửi. Không có tệp này nút mở trang chỉ đạo.
(function () {
  "use strict";
  function close(place) {
    var button = place.closest("li").querySelector("a.btn");
    place.replaceChildren();
    if (button) button.focus();
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-close-form]")) close(event.target.closest(".dir-in"));
  });
  document.addEventListener("keydown", function (event) {
    var place = event.target.closest && event.target.closest(".dir-in");
    if (!place) return;
    if (event.key === "Escape") close(place);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      place.querySelector("button[type=submit]").click();
    }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var place = event.target.closest(".dir-in");
    var first = place && (place.querySelector("[aria-invalid=true]") || place.querySelector("textarea"));
    if (first) first.focus();
  });
})();
