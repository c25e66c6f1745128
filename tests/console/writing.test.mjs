#!/usr/bin/env node
// What leaves the desk, and how it is found again: texts of a phone, words that give away, parts of an answer, tables, the search.
import assert from "node:assert/strict";
import test from "node:test";
import { casework } from "./parts.mjs";

const { segmentsOf } = await casework("segments");
const { givenAway } = await casework("neutral");
const { templates, unfilled } = await casework("templates");
const { cutAnswer, wholeCharacters } = await casework("answer_parts");
const { csv, csvField } = await casework("csv");
const { SearchIndex } = await casework("search_index");

test("texts of a phone", () => {
  const cases = [["", 1, 160], ["a".repeat(160), 1, 0], ["a".repeat(161), 2, 145], ["a".repeat(306), 2, 0], ["a".repeat(307), 3, 152], ["€".repeat(80), 1, 0], ["€".repeat(81), 2, 143],
    ["ñ".repeat(160), 1, 0], ["á".repeat(70), 1, 0], ["á".repeat(71), 2, 63], ["😀".repeat(35), 1, 0], ["😀".repeat(36), 2, 61], ["`", 1, 69]];
  for (const [words, texts, left] of cases) {
    const { texts: found, left: still } = segmentsOf(words);
    assert.deepEqual([found, still], [texts, left], `${words.slice(0, 3)} × ${words.length}`);
  }
  assert.deepEqual(segmentsOf("qué día").dear, ["í"], "é is in the alphabet of phones, í is not");
});

test("words that give away what a text is about are named", () => {
  assert.deepEqual(givenAway("We read your report of trafficking. Police?").words, ["trafficking", "police", "report"]);
  assert.deepEqual(givenAway("La policía sabrá de su DENUNCIA").words, ["policía", "denuncia"]);
  assert.deepEqual(givenAway("Su pedido llega el martes").words, []);
  assert.deepEqual(givenAway("the reporter’s Essex").words, ["reporter"], "sex inside another word is none");
  assert.deepEqual(givenAway("Saludos de Línea Clara", ["Linea Clara"]).words, ["línea clara"]);
  assert.equal(givenAway("see example.org").link, true);
  for (const { way, text } of templates) {
    for (const words of Object.values(text)) {
      if (way !== "sms") continue;
      assert.deepEqual(givenAway(words), { words: [], link: false }, words);
      assert.equal(segmentsOf(words).texts, 1, words);
    }
  }
  assert.deepEqual(unfilled("We will write again here by [day]."), ["[day]"]);
  assert.deepEqual(unfilled("on [Friday]"), []);
});

test("an answer is cut between characters, by its written size", () => {
  for (const words of ["", "a".repeat(3800), "a".repeat(3801), "😀".repeat(3000), "\"\n\u0001é".repeat(2000)]) {
    const parts = cutAnswer(words);
    assert.equal(parts.join(""), words);
    for (const part of parts) assert.ok(Buffer.byteLength(JSON.stringify(part)) - 2 <= 3800 && !/[\ud800-\udbff]$/.test(part));
  }
  assert.equal(cutAnswer("a".repeat(3801)).length, 2);
  assert.equal(wholeCharacters("a\ud800b😀\udc00"), "a\ufffdb😀\ufffd");
});

test("no field of a table begins a formula", () => {
  for (const words of ["=1+1", "+501 622", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "＝1", "|cmd", "%0A"]) assert.match(csvField(words), /^"'/, JSON.stringify(words));
  assert.equal(csvField('say "no"'), '"say ""no"""');
  assert.equal(csvField(-5), '"-5"', "a number of ours is one");
  assert.equal(csv([["a", 1], ["b,c", 2]]), '\ufeff"a","1"\r\n"b,c","2"\r\n');
});

test("search: words without accents and case, numbers in any writing, what is half typed", () => {
  const index = new SearchIndex();
  index.add([
    { id: "1", kind: "report", title: "Nos quitaron los pasaportes", text: "Finca Niño Perdido, tel. +501 622-1234, placa C-40512" },
    { id: "2", kind: "report", title: "Bar in Orange Walk", text: "call 6229999 in 2019 2020" },
    { id: "3", kind: "case", title: "Straße 7", text: "own:finca 7 debt bondage" },
  ]);
  const found = (words) => index.query(words).map(({ id }) => id).sort();
  for (const words of ["6221234", "622-1234", "622 1234", "+501 622-1234", "5016221234", "nino", "NIÑO", "pasap", "finca niño", "622-12", "c-40512", "40512"]) {
    assert.deepEqual(found(words), ["1"], words);
  }
  assert.deepEqual(found("2019 2020"), ["2"]);
  assert.deepEqual(found("2020"), ["2"]);
  assert.deepEqual(found("strasse"), ["3"]);
  assert.deepEqual(found("finca"), ["1", "3"]);
  assert.deepEqual(found("finca walk"), []);
  assert.deepEqual([found(""), found("  ...  "), found("zzz")], [[], [], []]);
  index.remove(["1"]);
  index.add([{ id: "2", kind: "report", title: "changed", text: "" }]);
  assert.deepEqual([found("pasap"), found("orange"), found("changed")], [[], [], ["2"]]);
});
