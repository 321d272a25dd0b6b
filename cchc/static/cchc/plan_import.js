// Nạp kế hoạch: Enter lưu chỗ đang sửa, Shift+Enter xuống dòng. Không có tệp này thì bấm nút Lưu.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    var form = event.target.closest && event.target.closest("form[data-enter]");
    if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.name === "solutions") return;
    event.preventDefault();
    form.requestSubmit();
  });
})();
