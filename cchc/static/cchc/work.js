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
  document.addEventListener('htmx:afterSwap', function (e) {
    var wrong = e.target.querySelector('[aria-invalid=true]') || e.target.querySelector('form.qu textarea');
    e.target.classList.toggle('is-open', !!e.target.querySelector('form.qu'));
    if (wrong) wrong.focus(); else if (e.target.hasAttribute('data-row')) e.target.focus();
  });
})();
