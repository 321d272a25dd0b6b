// Soạn báo cáo: sửa đoạn tại chỗ, tự lưu trong lúc gõ. Không có tệp này vẫn soạn được bằng biểu mẫu.
//
// What somebody types is kept in this browser at every key, and sent at the latest SAVE_EVERY after the
// first unsaved one. A refusal or a lost network never empties the box.
(function () {
  "use strict";
  var d = document, editor = d.querySelector("[data-editor]");
  if (!editor || !window.fetch) return;
  var SAVE_EVERY = 1500, RETRY_EVERY = 3000;
  var saved = d.querySelector("[data-saved]");
  var path = location.pathname;
  var prefix = "cchc-soan:" + editor.getAttribute("data-editor") + ":" + path + ":";
  var boxes = [];
  editor.classList.add("ed-script");

  // --- the copy in this browser ---
  function storage(act) { try { return act(window.localStorage); } catch (e) { return null; } }
  function keep(box) {
    var copy = { text: box.area.value, version: box.version(), base: box.form.base.value, at: Date.now(),
      after: box.form.after ? box.form.after.value : null, heading: box.par.getAttribute("data-heading") };
    storage(function (s) { s.setItem(prefix + box.name(), JSON.stringify(copy)); });
  }
  function forget(name) { storage(function (s) { s.removeItem(prefix + name); }); }
  function copies() {
    return storage(function (s) {
      var found = {};
      Object.keys(s).forEach(function (key) {
        if (key.indexOf(prefix) !== 0) return;
        try { found[key.slice(prefix.length)] = JSON.parse(s.getItem(key)); } catch (e) { /* not ours */ }
      });
      return found;
    }) || {};
  }
  function plain(text) { return text.split("\n").map(function (l) { return l.split(/\s+/).join(" ").trim(); }).filter(Boolean).join("\n"); }
  function clock(moment) { return new Date(moment).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }); }

  // --- the state in the head: the worst of all boxes ---
  function tell() {
    var failed = boxes.filter(function (b) { return b.trouble; })[0];
    var busy = boxes.some(function (b) { return b.sending || b.dirty(); });
    if (failed) show("bad", failed.trouble);
    else if (busy) show("wait", "Đang lưu…");
    else if (lastSaved) show("", "Đã lưu " + lastSaved);
  }
  function show(look, words) {
    if (saved.textContent === words) return;
    saved.parentNode.className = "ed-saved " + look;
    saved.textContent = words;
  }
  var lastSaved = "";

  // --- one paragraph ---
  function Box(par) {
    var box = this;
    box.par = par; box.form = par.querySelector("[data-form]"); box.area = box.form.elements.text;
    box.view = par.querySelector("[data-view]"); box.state = par.querySelector("[data-state]");
    box.kept = box.area.value; box.seen = []; box.trouble = ""; box.sending = null; box.timer = 0; box.conflict = null;
    box.isNew = box.form.hasAttribute("data-new");
    box.area.addEventListener("input", function () { box.typed(); });
    box.area.addEventListener("keydown", function (e) {
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); box.done(); }
      if (e.key === "Escape") { e.preventDefault(); box.done(); }
    });
    par.ed = box;
    boxes.push(box);
  }
  Box.prototype = {
    version: function () { return Number(this.form.elements.version.value); },
    section: function () { return this.par.getAttribute("data-section"); },
    name: function () { return this.section() + "|" + this.form.elements.key.value; },
    dirty: function () { return this.area.value !== this.kept; },
    open: function () {
      this.form.hidden = false; this.view.hidden = true;
      this.grow(); this.area.focus();
      var end = this.area.value.length;
      this.area.setSelectionRange(end, end);
      this.form.scrollIntoView({ block: "nearest" });
    },
    grow: function () {
      for (var n = 0; n < 40 && this.area.scrollHeight > this.area.clientHeight + 4 && this.area.rows < 30; n++) this.area.rows++;
    },
    typed: function () {
      this.grow();
      if (this.dirty()) { keep(this); this.schedule(SAVE_EVERY); } else forget(this.name());
      tell();
    },
    schedule: function (after) {
      var box = this;
      if (box.timer || box.conflict) return;
      box.timer = setTimeout(function () { box.timer = 0; box.save(); }, after);
    },
    say: function (words, bad) {
      this.trouble = bad ? words : "";
      if (this.state.textContent !== words) this.state.textContent = words;
      this.state.className = "ed-state" + (bad ? " bad" : "");
      tell();
    },
    // Sends what stands in the box; the promise is true when nothing unsaved is left.
    save: function (last) {
      var box = this;
      if (box.conflict) return Promise.resolve(false);
      if (box.sending) return box.sending.then(function () { return box.dirty() && !box.trouble ? box.save(last) : !box.dirty(); });
      if (!box.dirty() || (box.isNew && !box.area.value.trim())) return Promise.resolve(true);
      clearTimeout(box.timer); box.timer = 0;
      var text = box.area.value, data = new FormData(box.form);
      if (box.seen[box.seen.length - 1] !== plain(text)) box.seen.push(plain(text));
      box.say("Đang lưu…");
      box.sending = fetch(box.form.getAttribute("action"), { method: "POST", body: new URLSearchParams(data), redirect: "manual",
        credentials: "same-origin", keepalive: !!last && text.length < 15000, headers: { "HX-Request": "true" } })
        .then(function (answer) { return box.answered(answer, text); }, function () { box.offline(); })
        .then(function () { box.sending = null; tell(); return !box.dirty(); });
      tell();
      return box.sending;
    },
    answered: function (answer, text) {
      var box = this;
      if (answer.type === "opaqueredirect") return box.hold("Phiên đăng nhập đã hết. Bản đang soạn được giữ trên máy này: đăng nhập lại ở thẻ khác, hệ thống sẽ tự lưu tiếp.");
      if (answer.status === 403) return box.hold("Không còn quyền ghi hoặc phiên đã đổi. Bản đang soạn được giữ trên máy này: tải lại trang để lưu tiếp.");
      if (answer.status === 422) return answer.json().then(function (told) { box.say("Chưa lưu: " + told.reason, true); });
      if (answer.status === 409) return answer.json().then(function (told) { box.stale(told, text); });
      if (!answer.ok) return box.hold("Máy chủ chưa nhận được. Bản đang soạn được giữ trên máy này và sẽ tự lưu lại.");
      return answer.json().then(function (told) { box.took(told, text); });
    },
    took: function (told, text) {
      this.kept = text;
      this.adopt(told);
      if (this.isNew && told.version) {
        this.isNew = false;
        this.form.setAttribute("action", this.form.getAttribute("action").replace("/them/", "/doan/"));
      }
      if (this.dirty()) { keep(this); this.schedule(SAVE_EVERY); } else forget(this.name());
      lastSaved = told.at || clock(Date.now());
      this.say("Đã lưu " + lastSaved);
      this.marked(told);
    },
    adopt: function (told) { this.form.elements.version.value = told.version; },
    marked: function (told) {
      var mark = this.par.querySelector("[data-mark]"), who = this.par.querySelector("[data-told]");
      var take = this.par.querySelector("[data-take]");
      if (!told.version) return;
      if (!mark.textContent || mark.textContent === "Trống") mark.textContent = "Đã sửa tay";
      mark.classList.remove("ed-hole");
      who.textContent = told.author + ", " + told.at;
      if (take) take.hidden = false;
    },
    offline: function () { this.hold("Mất mạng: bản đang soạn được giữ trên máy này, sẽ tự lưu khi có mạng."); },
    hold: function (words) { keep(this); this.say(words, true); this.schedule(RETRY_EVERY); },
    // Somebody else saved first. When it is our own earlier sending, whose answer was lost, go on from it.
    stale: function (told, text) {
      var box = this;
      if (told.version && !told.hidden && box.seen.slice(0, -1).indexOf(plain(told.text)) >= 0 && box.seen.length > 1) {
        box.adopt(told); box.schedule(0);
        return;
      }
      keep(box);
      box.say("Chưa lưu: có hai bản của đoạn này.", true);
      var part = d.querySelector("[data-conflict-part]").content.cloneNode(true);
      var theirs = told.version ? told.text : box.form.elements.base.value;
      part.querySelector("[data-who]").textContent = told.version
        ? told.author + " đã " + (told.hidden ? "bỏ" : "ghi") + " đoạn này lúc " + told.at + "."
        : "Người khác đã lấy lại đoạn này theo cập nhật của đơn vị.";
      part.querySelector("[data-theirs]").textContent = theirs || "(trống)";
      part.querySelector("[data-mine]").addEventListener("click", function () { box.settle(told); box.kept = null; box.save(); });
      part.querySelector("[data-use-theirs]").addEventListener("click", function () {
        box.settle(told); box.area.value = box.kept = theirs; forget(box.name()); box.say(""); box.marked(told); box.grow();
      });
      var place = box.par.querySelector("[data-conflict]");
      place.textContent = ""; place.appendChild(part);
      box.conflict = place;
      box.par.classList.add("ed-torn");
      box.form.scrollIntoView({ block: "nearest" });
    },
    settle: function (told) { this.par.classList.remove("ed-torn"); this.conflict.textContent = ""; this.conflict = null; this.adopt(told); this.seen = []; this.say(""); this.area.focus(); },
    done: function () {
      var box = this;
      return box.save().then(function (clean) { if (clean) box.close(); });
    },
    close: function () {
      var view = this.view, lines = plain(this.area.value).split("\n").filter(Boolean);
      if (this.isNew) { this.drop(); return; }
      view.textContent = "";
      (lines.length ? lines : ["(Đoạn trống, không in)"]).forEach(function (line) {
        var p = d.createElement("p");
        if (!lines.length) p.className = "ed-none";
        p.textContent = line;
        view.appendChild(p);
      });
      this.form.hidden = true; view.hidden = false;
      this.say("");
      var link = this.par.querySelector("[data-edit]");
      if (link) link.focus({ preventScroll: true });
    },
    drop: function () { forget(this.name()); boxes.splice(boxes.indexOf(this), 1); this.par.remove(); tell(); }
  };

  function boxOf(par) { return par.ed || new Box(par); }

  // --- a new paragraph ---
  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(8));
    return "them:" + Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function sectionOf(pk) { return d.querySelector('[data-sec="' + pk + '"]'); }
  function parOf(section, key) {
    return Array.prototype.filter.call(section.querySelectorAll("[data-par]"), function (par) {
      return par.querySelector("[data-form]").elements.key.value === key;
    })[0];
  }
  function addParagraph(pk, after, key) {
    var section = sectionOf(pk);
    var par = d.querySelector("[data-new-paragraph]").content.cloneNode(true).querySelector("[data-par]");
    var form = par.querySelector("[data-form]"), before = after && parOf(section, after);
    par.id = "doan-" + pk + "-" + key.replace(/[^a-z0-9]/g, "-");
    par.setAttribute("data-section", pk);
    form.id = "f-" + par.id;
    form.setAttribute("action", form.getAttribute("action").replace(/\/muc\/\d+\//, "/muc/" + pk + "/"));
    form.elements.key.value = key; form.elements.after.value = after;
    if (before) before.after(par);
    else if (!after) { var head = section.querySelector(".ed-head"); if (head) head.after(par); else section.prepend(par); }
    else section.append(par);
    var box = boxOf(par);
    box.open();
    return box;
  }

  // --- what is pressed ---
  d.addEventListener("click", function (e) {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    var edit = e.target.closest("[data-edit]"), add = e.target.closest("[data-add]"), drop = e.target.closest("[data-drop]");
    var view = e.target.closest("[data-view]");
    if (edit) { e.preventDefault(); boxOf(edit.closest("[data-par]")).open(); }
    else if (add) {
      e.preventDefault();
      var sec = add.closest("[data-sec]"), here = add.closest("[data-par]");
      var finish = here ? boxOf(here).done() : Promise.resolve();
      finish.then(function () { addParagraph(sec.getAttribute("data-sec"), add.getAttribute("data-add"), newKey()); });
    }
    else if (drop) { e.preventDefault(); var box = boxOf(drop.closest("[data-par]")); if (box.isNew) box.drop(); else box.done(); }
    else if (view && !e.target.closest("a") && String(window.getSelection()) === "") boxOf(view.closest("[data-par]")).open();
  });

  function clear(list) { return Promise.all(list.map(function (b) { return b.save(); })).then(function (all) { return all.every(Boolean); }); }
  var leaving = false;
  d.addEventListener("submit", function (e) {
    var form = e.target, button = e.submitter, par = form.closest("[data-par]");
    if (!form.closest("[data-editor]") || leaving) return;
    if (form.hasAttribute("data-form") && !(button && button.hasAttribute("data-act"))) { e.preventDefault(); boxOf(par).done(); return; }
    // Leaves the page: first whatever is unsaved anywhere, then the act itself.
    e.preventDefault();
    clear(boxes).then(function (clean) {
      if (!clean) return;
      leaving = true;
      setTimeout(function () { form.requestSubmit(button || undefined); }, 0); // not while this very event goes on
    });
  });
  addEventListener("pageshow", function () { leaving = false; });
  addEventListener("beforeunload", function (e) {
    if (!leaving && boxes.some(function (b) { return b.dirty() && !(b.isNew && !b.area.value.trim()); })) { e.preventDefault(); e.returnValue = ""; }
  });
  d.addEventListener("visibilitychange", function () { if (d.visibilityState === "hidden") boxes.forEach(function (b) { if (!b.sending) b.save(true); }); });
  addEventListener("online", function () { boxes.forEach(function (b) { b.save(); }); });

  // --- copies that were never saved: after a crash ---
  function offer(name, copy, place, restore) {
    var part = d.querySelector("[data-draft-part]").content.cloneNode(true), block = part.firstElementChild;
    block.querySelector("[data-when]").textContent = clock(copy.at) + " ngày " + new Date(copy.at).toLocaleDateString("vi-VN");
    block.querySelector("[data-where]").textContent = copy.heading ? "(" + copy.heading + ")" : "";
    block.querySelector("[data-theirs]").textContent = copy.text;
    block.querySelector("[data-restore]").addEventListener("click", function () { block.remove(); restore(); });
    block.querySelector("[data-forget]").addEventListener("click", function () { block.remove(); forget(name); });
    place.appendChild(part);
  }
  function resume(box, copy) {
    box.open();
    if (!box.isNew) { box.form.elements.version.value = copy.version; box.form.elements.base.value = copy.base; }
    box.area.value = copy.text;
    box.typed();
  }
  var found = copies();
  Object.keys(found).forEach(function (name) {
    var copy = found[name], at = name.indexOf("|"), pk = name.slice(0, at), key = name.slice(at + 1);
    var section = sectionOf(pk), par = section && parOf(section, key);
    if (par && plain(par.querySelector("[data-form]").elements.text.value) === plain(copy.text)) forget(name);
    else if (par) offer(name, copy, par.querySelector(".ed-body"), function () { resume(boxOf(par), copy); });
    else offer(name, copy, d.querySelector("[data-drafts]"), function () {
      if (!section) return;
      forget(name);
      resume(addParagraph(pk, copy.after || "cuoi", /^them:[0-9a-f]{16}$/.test(key) && copy.after !== null ? key : newKey()), copy);
    });
  });

  // --- the outline: folded on a phone, and where one is ---
  var outline = d.querySelector("[data-outline]");
  if (matchMedia("(max-width: 991.98px)").matches) outline.open = false;
  if (window.IntersectionObserver) {
    var links = {};
    outline.querySelectorAll("a[href^='#']").forEach(function (a) { links[a.getAttribute("href").slice(1)] = a; });
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var link = entry.isIntersecting && links[entry.target.id];
        if (!link) return;
        Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
        link.setAttribute("aria-current", "true");
      });
    }, { rootMargin: "-64px 0px -70% 0px" });
    Object.keys(links).forEach(function (id) { var h = d.getElementById(id); if (h) seen.observe(h); });
  }
  d.querySelectorAll("[data-par] [data-form]:not([hidden])").forEach(function (form) { boxOf(form.closest("[data-par]")).open(); });
})();
