// Shows a deployed table with dmn-js and a deployed form with form-js, as they were drawn; nothing can be changed.
(function () {
  "use strict";

  function file(address) {
    return fetch(address, { credentials: "same-origin" }).then(function (response) {
      if (!response.ok) throw new Error("HTTP " + response.status);
      return response.text();
    });
  }

  function show(box, drawn) {
    drawn.then(function () { box.dataset.drawn = "1"; }).catch(function (problem) {
      box.textContent = "Chưa vẽ được (" + problem.message + "). Tải tệp về để xem.";
      box.dataset.drawn = "0";
    });
  }

  var words = {
    "View DRD": "Xem liên hệ giữa các bảng", "View DRG": "Xem liên hệ giữa các bảng", "Hit policy:": "Cách chọn dòng:",
    "When": "Khi", "And": "và", "Then": "Thì", "Annotations": "Ghi chú"
  };
  function translate(text) { return words[text] || text; }

  // What dmn-js leaves out for those who do not see, or have no mouse.
  function name(box) {
    box.querySelectorAll("th.index-column:empty").forEach(function (head) { head.textContent = "TT"; });
    box.querySelectorAll(".tjs-table-container").forEach(function (scrolled) { scrolled.tabIndex = 0; });
  }

  // A file may hold several decisions: the one this page is about is opened.
  function table(box) {
    var ours = { additionalModules: [{ translate: ["value", translate] }] };
    var viewer = new window.DmnJS({
      container: box, drd: ours, decisionTable: ours, literalExpression: ours, boxedExpression: ours
    });
    viewer.on("views.changed", function () { window.setTimeout(name, 0, box); });
    return file(box.dataset.table).then(function (xml) { return viewer.importXML(xml); }).then(function () {
      var wanted = viewer.getViews().filter(function (view) { return view.element.id === box.dataset.decision; })[0];
      return wanted ? viewer.open(wanted) : null;
    }).then(function () { name(box); });
  }

  function form(box) {
    var viewer = new window.FormViewer.Form({ container: box });
    return file(box.dataset.formView).then(function (text) { return viewer.importSchema(JSON.parse(text)); }).then(function () {
      viewer.setProperty("readOnly", true);
    });
  }

  var tableBox = document.querySelector("[data-table]"), formBox = document.querySelector("[data-form-view]");
  if (tableBox && window.DmnJS) show(tableBox, table(tableBox));
  if (formBox && window.FormViewer) show(formBox, form(formBox));
})();
