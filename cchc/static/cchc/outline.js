// Đề cương: thêm, bỏ, chuyển dòng và đánh số ngay trên trang. Không có tệp này thì các nút gửi biểu mẫu.
(function () {
  var form = document.querySelector('form[data-outline]');
  if (!form) return;
  var list = form.querySelector('[data-rows]');
  var letters = 'abcdđeghiklmnopqrstuvxy';
  function rows() { return Array.prototype.slice.call(list.querySelectorAll('[data-row]')); }
  function roman(n) {
    var out = '';
    [[10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']].forEach(function (pair) {
      while (n >= pair[0]) { out += pair[1]; n -= pair[0]; }
    });
    return out;
  }
  function renumber() {
    var counts = [0, 0, 0], all = rows();
    all.forEach(function (row, place) {
      var level = Number(row.querySelector('select[name=level]').value), label = '';
      if (level) {
        counts[level - 1] += 1;
        for (var deeper = level; deeper < 3; deeper += 1) counts[deeper] = 0;
        var n = counts[level - 1];
        label = level === 1 ? roman(n) + '.' : level === 2 ? n + '.' : (letters[n - 1] || n) + ')';
      }
      row.className = 'l' + level;
      row.querySelector('[data-number]').textContent = label;
      row.querySelectorAll('input, select').forEach(function (field) {
        field.id = 'r' + place + '_' + field.name;
        field.setAttribute('aria-label', field.getAttribute('aria-label').replace(/\d+$/, place + 1));
      });
      row.querySelectorAll('button[name=act]').forEach(function (button) {
        button.value = button.value.replace(/\d+$/, place);
        var words = button.querySelector('.visually-hidden');
        words.textContent = words.textContent.replace(/\d+/, place + 1);
        button.disabled = (/^up/.test(button.value) && !place) || (/^down/.test(button.value) && place === all.length - 1);
      });
    });
  }
  list.addEventListener('change', function (e) { if (e.target.name === 'level') renumber(); });
  list.addEventListener('click', function (e) {
    var button = e.target.closest('button[name=act]');
    if (!button) return;
    var row = button.closest('[data-row]'), what = button.value.split('-')[0], focus = button;
    if (what === 'remove' && rows().length === 1) return;
    e.preventDefault();
    if (what === 'up' && row.previousElementSibling) list.insertBefore(row, row.previousElementSibling);
    if (what === 'down' && row.nextElementSibling) list.insertBefore(row.nextElementSibling, row);
    if (what === 'add') {
      var fresh = row.cloneNode(true), level = row.querySelector('select[name=level]').value;
      fresh.querySelectorAll('.fe').forEach(function (error) { error.remove(); });
      fresh.querySelectorAll('input').forEach(function (field) { field.value = ''; });
      fresh.querySelector('select[name=content]').value = '';
      fresh.querySelector('select[name=level]').value = level === '0' ? '1' : level;
      list.insertBefore(fresh, row.nextElementSibling);
      focus = fresh.querySelector('input[name=title]');
    }
    if (what === 'remove') {
      focus = (row.nextElementSibling || row.previousElementSibling).querySelector('input[name=title]');
      row.remove();
    }
    renumber();
    focus.focus();
  });
})();
