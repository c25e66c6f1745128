// Refusals that the server tells apart by their words alone. Those are English; where they are for programs, better ones stand here in English too.
import type { Language } from "../state/settings";

type Words = Partial<Record<Language, string>> & { es: string };

const tooLarge: Words = { en: "This is larger than the server takes. Shorten it, or do it in two.", es: "Esto es más grande de lo que admite el servidor. Acórtelo o hágalo en dos partes." };
const gone: Words = { en: "This is not there, or not yours to see: a colleague may have deleted it or taken it.", es: "Esto no está, o no le toca verlo: quizá un colega lo borró o lo tomó." };

const known: Record<string, Words> = {
  // who one is
  "Another site's page cannot use this console.": { es: "La página de otro sitio no puede usar esta consola." },
  "Your role at the desk does not include this.": { es: "Su función en la oficina no incluye esto." },
  "Nobody has compared words with you yet. Read yours to an admin of the desk, who lets you in.": { es: "Nadie ha comparado palabras con usted todavía. Léale las suyas a quien administra la oficina, que le da acceso." },
  "Add a second factor first: this desk requires one.": { es: "Añada primero un segundo paso: esta oficina lo pide." },
  "This account was changed while you signed in. Begin again.": { es: "Esta cuenta cambió mientras usted entraba. Empiece otra vez." },
  "The name or the passphrase is wrong.": { es: "El nombre o la frase de contraseña no es correcto." },
  "This was wrong, and too many others who were wrong wait for their answer. Try again in half a minute.": {
    en: "This was wrong. Many others try to sign in just now, so try again in half a minute.",
    es: "No era correcto. Muchos otros intentan entrar ahora mismo: inténtelo otra vez en medio minuto.",
  },
  "The passphrase is wrong.": { es: "La frase de contraseña no es correcta." },
  "The old passphrase is wrong.": { es: "La frase de contraseña anterior no es correcta." },
  "Too many wrong codes: somebody may know this passphrase. Use a passkey, or try again in 15 minutes and change it.":
    { es: "Demasiados códigos incorrectos: alguien puede saber esta frase de contraseña. Use una llave de acceso, o inténtelo en 15 minutos y cámbiela." },
  "The second factor is wrong, or was used before. A code is good once: wait for the next one.": { es: "El segundo paso no es correcto, o ya se usó. Cada código sirve una vez: espere el siguiente." },
  "The name or the recovery code is wrong, or this account has no code that works here.": { es: "El nombre o el código de recuperación no es correcto, o esta cuenta no tiene un código que sirva aquí." },
  "This recovery has ended: it took longer than ten minutes, or was used. Type the code again.": { es: "Esta recuperación terminó: tardó más de diez minutos o ya se usó. Escriba el código otra vez." },
  // second steps
  "There is no new secret to confirm, or it is older than ten minutes. Begin again.": { en: "That took longer than ten minutes. Begin again.", es: "Tardó más de diez minutos. Empiece otra vez." },
  "No passkey was being added, or it took longer than ten minutes. Begin again.": { en: "That took longer than ten minutes. Begin again.", es: "Tardó más de diez minutos. Empiece otra vez." },
  "The code is not of this secret, or the phone's clock is wrong. Try the code that it shows now.": { es: "El código no es de esta aplicación, o el reloj del teléfono está mal. Escriba el que muestra ahora." },
  "This passkey was made for another site, without proof of its owner, or in a way that is not known here. Is origin in [console] the address of this page?": {
    en: "This passkey was made for another site, or without asking who you are. Try another one; if that does not work either, tell who runs the server.",
    es: "Esta llave de acceso se hizo para otro sitio, o sin preguntar quién es usted. Pruebe otra; si tampoco sirve, avise a quien lleva el servidor.",
  },
  "This is your only second factor, and this desk requires one. Add another one first.": { es: "Es su único segundo paso, y esta oficina pide uno. Añada otro primero." },
  // the desk
  "This is the desk's only admin. Make another one first.": { es: "Es la única persona que administra la oficina. Nombre antes a otra." },
  "This invitation is not there any more: it was used, withdrawn, or replaced by a newer one.": { es: "Esta invitación ya no está: se usó, se retiró o hay una más nueva." },
  "This link is unknown, used, or older than three days. The command hotline init makes a new one.": { es: "Este enlace no se conoce, ya se usó o tiene más de tres días. La orden hotline init hace uno nuevo." },
  "There is no desk here yet. Found it by the link that hotline init has printed.": { es: "Aquí no hay oficina todavía. Fúndela con el enlace que mostró hotline init." },
  // cases
  "A colleague has written in this case at the same time. Read it again first.": { es: "Un colega escribió en este caso al mismo tiempo. Léalo otra vez primero." },
  "One of these reports belongs to a case already: a colleague was quicker. Read the queue again.": { es: "Uno de estos reportes ya está en un caso: un colega fue más rápido. Mire la bandeja otra vez." },
  "The case, or one of these reports, is not there any more: a colleague deleted it. Read the queue again.": { es: "El caso, o uno de estos reportes, ya no está: un colega lo borró. Mire la bandeja otra vez." },
  "A case or an event of this id is there already.": { en: "This is stored already. Load the page again.", es: "Esto ya está guardado. Cargue la página otra vez." },
  "None of this is there: it was deleted already, or it never was yours to see.": { es: "Nada de esto está: ya se borró, o nunca le tocó verlo." },
  "A part of this is under a legal hold. Two members lift it first; nothing was deleted.": { es: "Una parte de esto está bajo conservación legal. Dos personas la terminan primero; no se borró nada." },
  "You hold no key for a part of this. Only those who can open it can delete it; nothing was deleted.": { es: "No tiene clave para una parte de esto. Solo lo borra quien puede abrirlo; no se borró nada." },
  "A legal hold takes two members: another one than who asked, a supervisor or admin, confirms.": { es: "Una conservación legal es cosa de dos: la confirma otra persona que la que la pidió, que supervise o administre." },
  "The hold stands differently now, or a colleague has written in this case at the same time. Read it again first.": { es: "La conservación legal cambió, o un colega escribió en este caso al mismo tiempo. Léalo otra vez primero." },
  "There is no such thing, or it is not yours to see.": gone,
  "There is nothing at this address.": gone,
  "Something of this name is there already.": { es: "Ya hay algo con este nombre." },
  // texts
  "There is no gateway of that name by which texts can leave. GET /api/v1/gateways lists those there are.": {
    en: "The gateway by which this person wrote is not set up to send texts. Tell who runs the server.",
    es: "La pasarela por la que escribió esta persona no está preparada para enviar mensajes. Avise a quien lleva el servidor.",
  },
  "This number asked for no more texts (STOP). It gets none until it writes START.": { es: "Este número pidió no recibir más mensajes (ALTO). No recibe ninguno hasta que escriba INICIO." },
  "At most ten texts of a phone: 1,530 plain characters, or 670 with accents such as á. Write less, or write twice.": { es: "Como mucho diez mensajes de teléfono: 1.530 caracteres sencillos, o 670 con acentos como á. Escriba menos, o escriba dos veces." },
  "This text does not wait any more. GET the case's texts to see what has become of it.": { en: "This text does not wait any more: it has left, or was taken back before.", es: "Este mensaje ya no espera: salió, o se retiró antes." },
  "Texts leave by the running server, and this is not it. Use its console's address.": { en: "Texts do not leave from here. Use the address of the console that runs all the time.", es: "De aquí no salen mensajes. Use la dirección de la consola que está siempre en marcha." },
  // of any kind
  "The request is larger than the limit.": tooLarge,
  "The server could not do this now. Nothing was changed. Try again.": { es: "El servidor no pudo hacerlo ahora. No se cambió nada. Inténtelo de nuevo." },
  "The server cannot say whether this was done. Look before you try again.": { es: "El servidor no puede decir si esto se hizo. Mire antes de intentarlo de nuevo." },
};

/** In that language; undefined for words that are not known. */
export function refusalWords(detail: string, language: Language): string | undefined {
  const words = known[detail];
  return words && (words[language] ?? detail);
}
export const refusalDetails: readonly string[] = Object.keys(known);
