// Cập nhật tại chỗ: Ctrl+Enter lưu, Esc đóng và trả con trỏ về dòng. Không có tệp này vẫn làm được việc.
(function () {
  document.addEventListener('keydown', function (e) {
    var form = e.target.closest && e.target.closest('form.qu');
    if (!form) return;
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      form.querySelector('button[type=submit]').click();
    } else if (e.key === 'Escape') {
      var row = form.closest('[data-row]');
      var close = row && row.querySelector('[data-close]');
      if (close) { close.click(); row.focus(); }
    }
  });
  // Chờ xác nhận: Space hoặc X đánh dấu việc đang đứng ở, Ctrl+Enter xác nhận các việc đã đánh dấu.
  var many = document.querySelector('form[data-ticked]');
  function ticked() { return document.querySelectorAll('[data-tick]:checked').length; }
  function tell() {
    var n = ticked();
    many.querySelector('[data-ticked-count]').textContent = n ? 'Đã đánh dấu ' + n + ' việc' : '';
  }
  if (many) {
    document.addEventListener('change', tell);
    document.addEventListener('keydown', function (e) {
      if (/^(TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.type === 'text') return;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        e.preventDefault();
        if (ticked()) many.requestSubmit();
        return;
      }
      if (e.ctrlKey || e.altKey || e.metaKey) return;
      var row = e.target.hasAttribute && e.target.hasAttribute('data-row') && e.target;
      var box = row && row.querySelector('[data-tick]');
      if (box && (e.key === ' ' || e.key === 'x')) { e.preventDefault(); box.click(); }
    });
  }
  document.addEventListener('htmx:afterSwap', function (e) {
    var wrong = e.target.querySelector('[aria-invalid=true]') || e.target.querySelector('form.qu textarea');
    e.target.classList.toggle('is-open', !!e.target.querySelector('form.qu'));
    if (wrong) wrong.focus(); else if (e.target.hasAttribute('data-row')) e.target.focus();
  });
})();
