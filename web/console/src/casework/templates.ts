// Answers that are written often, to begin from: each must be read and made one's own; what stands in brackets is still to be filled in. Those for the telephone say nothing to a stranger
// and fit one text without accents.

export interface Template {
  key: string;
  /** Where it may be used. A text is seen by whoever holds the phone. */
  way: "mailbox" | "sms";
  name: { en: string; es: string };
  text: { en: string; es: string };
}

export const templates: readonly Template[] = [
  {
    key: "received", way: "mailbox",
    name: { en: "We have read it", es: "Lo hemos leído" },
    text: {
      en: "We have read what you wrote. Thank you for telling us. You did nothing wrong.\n\nWe will write again here by [day]. You can write to us here at any time.",
      es: "Hemos leído lo que escribió. Gracias por contarlo. Usted no hizo nada malo.\n\nLe escribiremos otra vez aquí antes del [día]. Puede escribirnos aquí cuando quiera.",
    },
  },
  {
    key: "danger", way: "mailbox",
    name: { en: "Danger now", es: "Peligro ahora" },
    text: {
      en: "We have read it and take it seriously. If you are in danger and can call, call the emergency number now.\n\nIf you cannot call: where are you? A town, a road or the name of the place is enough. May we send help to that place?",
      es: "Lo hemos leído y lo tomamos en serio. Si está en peligro y puede llamar, llame ahora al número de emergencia.\n\nSi no puede llamar: ¿dónde está? Basta un pueblo, un camino o el nombre del lugar. ¿Podemos enviar ayuda a ese lugar?",
    },
  },
  {
    key: "safe_time", way: "mailbox",
    name: { en: "When is it safe?", es: "¿Cuándo es seguro?" },
    text: {
      en: "When is it safe for you to read here? Are there days or hours when nobody sees your screen?\n\nIf someone comes, leave this page with the button. We will wait.",
      es: "¿Cuándo es seguro para usted leer aquí? ¿Hay días u horas en que nadie ve su pantalla?\n\nSi alguien llega, salga de esta página con el botón. Esperaremos.",
    },
  },
  {
    key: "more", way: "mailbox",
    name: { en: "We need to know more", es: "Necesitamos saber más" },
    text: {
      en: "To help we would like to know a little more. Answer only what you want to.\n\nWhere is it? How many people are there? Is anyone under 18? Will anyone be moved soon?",
      es: "Para ayudar nos gustaría saber un poco más. Responda solo lo que quiera.\n\n¿Dónde es? ¿Cuántas personas hay? ¿Hay alguien menor de 18 años? ¿Van a mover a alguien pronto?",
    },
  },
  {
    key: "consent", way: "mailbox",
    name: { en: "May we tell someone?", es: "¿Podemos avisar a alguien?" },
    text: {
      en: "We could ask [who] to help you. May we tell them what you wrote? You can say yes or no, and you can change your mind. We go on helping you either way.",
      es: "Podríamos pedir a [quién] que le ayude. ¿Podemos contarles lo que escribió? Puede decir sí o no, y puede cambiar de opinión. Seguimos ayudándole de todos modos.",
    },
  },
  {
    key: "child", way: "mailbox",
    name: { en: "A child: we must tell", es: "Menor de edad: debemos avisar" },
    text: {
      en: "You told us about someone under 18. The law says that we must tell the police when a child is hurt or used. We want you to know this before we do it.\n\nWe do not know your name, and we will not say how we heard of it more than we must.",
      es: "Usted nos habló de alguien menor de 18 años. La ley dice que debemos avisar a la policía cuando dañan o usan a un menor. Queremos que lo sepa antes de hacerlo.\n\nNo sabemos su nombre, y no diremos cómo lo supimos más de lo necesario.",
    },
  },
  {
    key: "closing", way: "mailbox",
    name: { en: "Before we close", es: "Antes de cerrar" },
    text: {
      en: "We have not heard from you for some time. We hope that you are well. We will close this on [day]. Your code goes on working for a while: write, and we read it.",
      es: "Hace tiempo que no sabemos de usted. Esperamos que esté bien. Cerraremos esto el [día]. Su código sigue funcionando un tiempo: escriba y lo leeremos.",
    },
  },
  {
    key: "sms_received", way: "sms",
    name: { en: "Received", es: "Recibido" },
    text: { en: "Thank you, we got your message. Reply when it suits you. Delete this after reading.", es: "Gracias, recibimos su mensaje. Responda cuando pueda. Borre esto al leerlo." },
  },
  {
    key: "sms_when", way: "sms",
    name: { en: "When is a good time?", es: "¿Cuándo es buen momento?" },
    text: { en: "When is a good time to write to you? Reply with a day and hour, or NO.", es: "Cuando es buen momento para escribirle? Responda con dia y hora, o NO." },
  },
  {
    key: "sms_where", way: "sms",
    name: { en: "Where is it?", es: "¿Dónde es?" },
    text: { en: "Which place is it about? A town or road is enough.", es: "De que lugar se trata? Basta un pueblo o camino." },
  },
];

/** What is still to be filled in, as it stands in the text. */
export const unfilled = (text: string): string[] => {
  const gaps = new Set(templates.flatMap((template) => Object.values(template.text).flatMap((words) => words.match(/\[[^\]]+\]/g) ?? [])));
  return [...gaps].filter((gap) => text.includes(gap));
};
