// Trình chiếu: mũi tên, Space, Home, End chuyển trang tại chỗ nên không rời toàn màn hình; Esc thoát.
// Không có tệp này các liên kết ở chân trang vẫn mở từng trang.
(function () {
  "use strict";
  var d = document;
  var slides = Array.prototype.slice.call(d.querySelectorAll("[data-slide]"));
  var links = Array.prototype.slice.call(d.querySelectorAll("[data-go]"));
  var now = Math.max(0, slides.findIndex(function (slide) { return !slide.hidden; }));

  function show(place) {
    if (!slides.length) return;
    now = Math.max(0, Math.min(slides.length - 1, place));
    slides.forEach(function (slide, n) { slide.hidden = n !== now; });
    links.forEach(function (link, n) {
      if (n === now) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    });
    history.replaceState(null, "", links[now].href);
    d.querySelector("[data-said]").textContent = links[now].textContent;
    window.scrollTo(0, 0);
  }

  function fullScreen() {
    if (d.fullscreenElement) d.exitFullscreen(); else d.documentElement.requestFullscreen();
  }

  d.addEventListener("click", function (event) {
    var link = event.target.closest("[data-go]");
    if (event.target.closest("[data-full-screen]")) fullScreen();
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      show(links.indexOf(link));
    }
  });

  d.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    var onControl = /^(A|BUTTON|INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    var to = { ArrowRight: now + 1, PageDown: now + 1, ArrowLeft: now - 1, PageUp: now - 1, Home: 0, End: slides.length - 1 }[event.key];
    if (event.key === " " && !onControl) to = now + (event.shiftKey ? -1 : 1);
    if (to !== undefined) { event.preventDefault(); show(to); }
    // In a full screen the browser itself leaves it at Esc; outside, Esc leaves the presentation.
    if (event.key === "Escape" && !d.fullscreenElement) location.href = d.querySelector("[data-leave]").href;
  });
})();
