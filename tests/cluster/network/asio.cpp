// Asio's own code. A program that links the client too takes the object of one of the two libraries.
// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/impl/src.hpp>
