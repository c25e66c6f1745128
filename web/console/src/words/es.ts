import type { en } from "./en";

export const es: Record<keyof typeof en, string> = {
  cancel: "Cancelar",
  close_dialog: "Cerrar",
  passphrase_show: "Mostrar",
  passphrase_hide: "Ocultar",

  failure_offline: "No hay conexión con el servidor. Revise la línea; lo que escribió sigue aquí. Después inténtelo de nuevo.",
  failure_busy: "El servidor está ocupado. Espere un minuto e inténtelo de nuevo.",
  failure_signed_out: "Su sesión ha terminado. Entre de nuevo.",
  failure_refused: "El servidor no aceptó esto. Cargue la página de nuevo; si sigue igual, avise a su administrador.",
  failure_broken: "Algo falló en esta página. Cárguela de nuevo; si sigue igual, diga a su administrador qué estaba haciendo.",
};
