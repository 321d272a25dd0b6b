// Nạp kế hoạch: chỗ đang sửa đứng đầu màn hình; Enter lưu, Shift+Enter xuống dòng. Không có tệp này
// thì tự cuộn, bấm nút Lưu.
(function () {
  "use strict";
  var open = document.querySelector("form[data-enter] [autofocus]");
  if (open && open.closest("article")) open.closest("article").scrollIntoView();
  document.addEventListener("keydown", function (event) {
    var form = event.target.closest && event.target.closest("form[data-enter]");
    if (!form || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!/^(TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.name === "solutions") return;
    event.preventDefault();
    form.requestSubmit();
  });
})();
