#include "server/conversation/utterance.hpp"
#include "tests/unit/conversation/support.hpp"

#include <gtest/gtest.h>

namespace hotline::conversation {
namespace {

Utterance heard(std::string_view text) {
  static const Wording wording = tests::wording_with();
  return understand(text, wording);
}

TEST(Utterance, AsksForNoAnswerAsFrightenedPeopleWriteIt) {
  for (const char* text :
       {"don't text me", "dont txt me", "don t text", "DONT REPLY", "do not reply to this number", "pls dont anser", "plz no replay", "please do not call me", "dont call", "no calls",
        "dont u call this phone", "dnt call back", "can you not call me", "u must not call", "never call me", "stop calling me", "dont send anything", "don't send me msgs",
        "I dont want you to call me", "do not contact me", "no messages please", "dont respond he has my phone", "he has my phone dont answer", "stop texting me", "dont call my phone", "no llames a mi celular", "you will not call",
        "no responda", "No respondas porfa", "por favor no me respondan", "no conteste", "no contestes", "no me contesten", "no me mande mensajes", "no mande mensaje", "no me mandes nada",
        "no me mande", "no mande nada", "no manden mensages", "no llame", "no me llames", "NO LLAMEN", "no me yamen", "no llame a este numero", "favor de no llamar", "no contestar",
        "no me escriva", "no escrivas", "no me textees", "no quiero que me llamen", "nunca me llame", "deje de llamar", "ya no me manden mensajes", "no es seguro", "no envíe mensajes",
        "it is not safe", "unsafe"}) {
    EXPECT_TRUE(heard(text).unsafe) << text;
  }
}

TEST(Utterance, AsksForNoSilenceWhereOthersAreSilent) {
  for (const char* text :
       {"they do not call", "he does not answer", "I can not call", "I cannot call my mother", "no one calls me", "why dont you answer", "why do you not reply", "you dont answer", "you do not answer", "we never call",
        "don't call the police", "do not call my mother", "no llamen a la policia", "No me dejan llamar a mi familia", "no puedo llamar", "no quiero llamar", "No puedo hablar manden ayuda",
        "por que no responden", "no contestan", "no me contesta", "he does not let me go", "no se donde estoy llame a mi hermano", "no tengo papeles", "I need help", "please call me",
        "They do massage, not what they said", "necesito ayuda"}) {
    EXPECT_FALSE(heard(text).unsafe) << text;
  }
}

TEST(Utterance, YesIsYesAloneOrTheWordItself) {
  for (const char* text : {"1", "1.", "yes", "YES!", "Y", "y.", "S", "si", "Sí", "Sí, por favor", "si puede escribir", "yes it is", "Yes, he is at work", "1 YES", "1 SI"}) {
    EXPECT_TRUE(heard(text).agrees) << text;
  }
  for (const char* text : {"Y mi hermana también", "S de Belmopan", "Si él ve esto me mata", "si me ve", "Si no", "si pero no", "Si alguien viene", "1 hermana esta conmigo", "1 man is watching", "10", "yesterday they came", "Y ahora", "no",
                           "Si escribe aquí se entera"}) {
    EXPECT_FALSE(heard(text).agrees) << text;
  }
}

TEST(Utterance, WhatLooksLikeNoIsNo) {
  for (const char* text : {"N", "n.", "no", "Noooo", "nah", "nah he is here", "cant", "Can't talk", "can t talk", "cannot now", "2", "2 he is here"}) EXPECT_TRUE(heard(text).refuses) << text;
  for (const char* text : {"N Front Street", "noon is fine", "Nora", "can you text", "I cant leave", "they cannot see it"}) EXPECT_FALSE(heard(text).refuses) << text;
}

}  // namespace
}  // namespace hotline::conversation
