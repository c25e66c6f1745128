# The Debian package: ninja package, or cpack -G DEB in the build folder. Everything in it is made from the program and from deploy/.
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr/local")
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Where the package puts its files" FORCE)
endif()
set(HOTLINE_MAINTAINER "The Hotline authors <hotline@example.org>" CACHE STRING "Who answers for the package that is built here")
set(pages "${CMAKE_BINARY_DIR}/package")
file(GLOB page_sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/deploy/debian/*")
add_custom_command(OUTPUT "${pages}/hotline.bash"
  COMMAND "${CMAKE_SOURCE_DIR}/deploy/debian/pages" "$<TARGET_FILE:hotline>" "${pages}"
  COMMAND "${CMAKE_STRIP}" -o "${pages}/hotline" "$<TARGET_FILE:hotline>"
  COMMAND "${NODE_EXECUTABLE}" "${CMAKE_SOURCE_DIR}/deploy/sbom.mjs" "${pages}/hotline" > "${pages}/doc/hotline.spdx.json"
  DEPENDS hotline ${page_sources} "${CMAKE_SOURCE_DIR}/deploy/hotline.toml" "${CMAKE_SOURCE_DIR}/deploy/sbom.mjs" "${CMAKE_SOURCE_DIR}/deploy/versions"
    "${CMAKE_SOURCE_DIR}/NOTICE" "${CMAKE_SOURCE_DIR}/web/console/package-lock.json" "${CMAKE_SOURCE_DIR}/web/reporter/script/package-lock.json"
  VERBATIM)
add_custom_target(package_pages DEPENDS "${pages}/hotline.bash")

set(deploy "${CMAKE_SOURCE_DIR}/deploy")
install(PROGRAMS "${pages}/hotline" DESTINATION bin)
install(DIRECTORY "${pages}/man/" DESTINATION share/man/man1 FILES_MATCHING PATTERN "*.1.gz")
install(FILES "${pages}/man/hotline.toml.5.gz" DESTINATION share/man/man5)
install(FILES "${pages}/hotline.bash" DESTINATION share/bash-completion/completions RENAME hotline)
install(FILES "${pages}/hotline.zsh" DESTINATION share/zsh/vendor-completions RENAME _hotline)
install(FILES "${pages}/hotline.fish" DESTINATION share/fish/vendor_completions.d)
install(FILES "${pages}/doc/changelog.Debian.gz" "${pages}/doc/copyright" "${pages}/doc/hotline.spdx.json" DESTINATION share/doc/hotline)
install(FILES "${deploy}/tor/torrc" "${deploy}/proxy/nginx.conf" "${deploy}/proxy/Caddyfile" "${deploy}/systemd/behind-tor.conf" "${deploy}/systemd/with-network.conf" "${deploy}/systemd/encrypted-key.conf"
  "${deploy}/monitoring/alerts.yml" "${deploy}/monitoring/dashboard.json" "${CMAKE_SOURCE_DIR}/web/reporter/questionnaire.toml" DESTINATION share/doc/hotline/examples)
install(PROGRAMS "${deploy}/tor/client-key" "${deploy}/drill" DESTINATION share/doc/hotline/examples)
install(DIRECTORY "${CMAKE_SOURCE_DIR}/docs" DESTINATION share/doc/hotline FILES_MATCHING PATTERN "*.md")
install(FILES "${deploy}/systemd/hotline.service" "${deploy}/systemd/hotline-public.socket" "${deploy}/systemd/hotline-console.socket"
  "${deploy}/systemd/hotline-backup.service" "${deploy}/systemd/hotline-backup.timer"
  DESTINATION lib/systemd/system)
install(FILES "${deploy}/systemd/sysusers.conf" DESTINATION lib/sysusers.d RENAME hotline.conf)
install(FILES "${deploy}/systemd/tmpfiles.conf" DESTINATION lib/tmpfiles.d RENAME hotline.conf)
install(FILES "${deploy}/debian/lintian-overrides" DESTINATION share/lintian/overrides RENAME hotline)
install(FILES "${deploy}/hotline.toml" DESTINATION /etc/hotline PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hotline)
set(CPACK_PACKAGE_VENDOR "the Hotline authors")
set(CPACK_PACKAGE_CONTACT "${HOTLINE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "secure, anonymous reporting line")
set(CPACK_PACKAGE_DESCRIPTION "Victims of human trafficking, and those who see it, report by web, Tor or SMS.
What they write is sealed at once to keys that the server does not hold.
Caseworkers open it on their own machines and answer.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES OFF)  # was done above, so that the SBOM and hotline --version name the file that is installed
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles, ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "tor, caddy | nginx")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
file(WRITE "${CMAKE_BINARY_DIR}/conffiles" "/etc/hotline/hotline.toml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${deploy}/debian/postinst;${deploy}/debian/prerm;${deploy}/debian/postrm;${CMAKE_BINARY_DIR}/conffiles")
include(CPack)
