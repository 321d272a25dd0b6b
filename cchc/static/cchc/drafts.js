// Nội dung đang gõ dở không mất khi phiên hết hạn: giữ trong thẻ này của trình duyệt (sessionStorage)
// cho mỗi biểu mẫu có ô viết nhiều dòng, đưa lại sau khi đăng nhập, bỏ khi máy chủ đã nhận, khi đăng
// xuất, khi người khác đăng nhập. Trình soạn báo cáo tự giữ lấy (report_editor.js).
(function () {
  "use strict";
  var d = document, PREFIX = "cchc-nhap:";
  var person = d.body.getAttribute("data-person");
  var store;
  try { store = window.sessionStorage; } catch (e) { return; }

  function keys() { return Object.keys(store).filter(function (k) { return k.indexOf(PREFIX) === 0; }); }
  function read(key) { try { return JSON.parse(store.getItem(key)); } catch (e) { return null; } }
  function write(key, draft) { try { store.setItem(key, JSON.stringify(draft)); } catch (e) { /* đầy */ } }
  function change(key, names) { var draft = read(key); if (draft) write(key, Object.assign(draft, names)); }
  function mine(key) { return key.indexOf(PREFIX + person + ":") === 0; }

  function isKept(form) {
    return person && form.method === "post" && form.querySelector("textarea") && !form.closest("[data-editor]");
  }
  function keyOf(form) {
    var path = new URL(form.getAttribute("action") || location.href, location.href).pathname;
    return PREFIX + person + ":" + path + "#" + (form.id || form.getAttribute("aria-label") || "");
  }
  // Ô người dùng điền; không giữ mật khẩu, tệp, ô ẩn (số bản, mã biểu mẫu phải là của trang mới).
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (f) {
      return f.name && !/^(hidden|password|file|submit|button|reset)$/.test(f.type) && f.tagName !== "FIELDSET";
    });
  }
  function values(form) {
    return fields(form).map(function (f) {
      var ticked = /^(checkbox|radio)$/.test(f.type);
      return [f.name, ticked ? f.value : null, ticked ? f.checked : f.value];
    });
  }
  function keep(form, sent) { write(keyOf(form), { at: Date.now(), sent: !!sent, cut: false, values: values(form) }); }

  // --- giữ ---
  d.addEventListener("input", function (e) { if (e.target.form && isKept(e.target.form)) keep(e.target.form); });
  d.addEventListener("change", function (e) { if (e.target.form && isKept(e.target.form)) keep(e.target.form); });
  d.addEventListener("submit", function (e) {
    if (/\/dang-xuat\/$/.test(e.target.action)) keys().forEach(function (k) { store.removeItem(k); });
    else if (isKept(e.target)) keep(e.target, true);
  });
  d.addEventListener("htmx:afterRequest", function (e) {
    var form = e.detail.requestConfig.elt, answer = e.detail.xhr; // detail.elt là phần đã thay
    if (form.tagName !== "FORM" || !isKept(form)) return;
    if (answer.getResponseHeader("HX-Redirect") || answer.status === 403 || !answer.status) change(keyOf(form), { sent: false });
    else store.removeItem(keyOf(form));
  });

  // --- đưa lại ---
  function restore(form) {
    var key = keyOf(form), draft = read(key);
    if (!draft || !draft.cut || form.hasAttribute("data-restored")) return;
    form.setAttribute("data-restored", "");
    var left = fields(form), now = JSON.stringify(values(form));
    draft.values.forEach(function (v) {
      var at = left.findIndex(function (f) { return f.name === v[0] && (v[1] === null || f.value === v[1]); });
      if (at < 0) return;
      var f = left.splice(at, 1)[0];
      if (v[1] === null) f.value = v[2]; else f.checked = v[2];
    });
    if (JSON.stringify(values(form)) === now) { store.removeItem(key); return; }
    fields(form).forEach(function (f) { var part = f.closest("details"); if (part && f.value && f.type !== "checkbox") part.open = true; });
    tell(form, key, draft);
  }
  function tell(form, key, draft) {
    var note = d.createElement("div"), words = d.createElement("div"), drop = d.createElement("button");
    note.className = "msg nf"; note.setAttribute("role", "status");
    words.textContent = "Đã đưa lại nội dung gõ dở lúc " + new Date(draft.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }) +
      ", chưa gửi được. Xem lại rồi gửi" + (form.querySelector("input[type=file]") ? "; tệp đính kèm phải chọn lại." : ".") + " ";
    drop.type = "button"; drop.className = "btn btn-sm btn-line"; drop.textContent = "Bỏ nội dung này";
    drop.addEventListener("click", function () { form.reset(); store.removeItem(key); note.remove(); });
    note.appendChild(words); note.appendChild(drop); form.prepend(note);
  }
  function restoreAll(root) {
    var forms = root.tagName === "FORM" ? [root] : root.querySelectorAll("form");
    Array.prototype.forEach.call(forms, function (form) { if (isKept(form)) restore(form); });
  }

  var refused = d.querySelector("[data-keeps-drafts]"); // trang đăng nhập, trang từ chối: chưa ai nhận
  keys().forEach(function (k) {
    var draft = read(k), others = person && !mine(k);
    if (!draft || others || (draft.sent && !refused)) store.removeItem(k);
    else if (refused) change(k, { sent: false, cut: true });
  });
  if (person && !refused) {
    restoreAll(d);
    d.addEventListener("htmx:load", function (e) { restoreAll(e.detail.elt); });
  }
})();
